import { mirroring } from './scenarios/mirroring.ts'
import { testScenarios } from './test-scenarios.ts'

testScenarios(mirroring)
