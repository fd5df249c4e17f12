import { recovering } from './scenarios/recovering.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(recovering)
