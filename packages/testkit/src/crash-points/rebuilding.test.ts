import { rebuilding } from './scenarios/rebuilding.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(rebuilding)
