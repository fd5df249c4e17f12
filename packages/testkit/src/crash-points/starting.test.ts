import { starting } from './scenarios/starting.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(starting)
