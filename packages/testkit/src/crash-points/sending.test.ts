import { sending } from './scenarios/sending.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(sending)
