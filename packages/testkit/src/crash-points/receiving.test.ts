import { receiving } from './scenarios/receiving.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(receiving)
