import { saving } from './scenarios/saving.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(saving)
