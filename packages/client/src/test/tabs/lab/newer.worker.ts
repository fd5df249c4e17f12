import { collection, schema, string, unchanged } from '@tombolo/core'
import { serveStore } from '../../../worker.ts'

serveStore(
  schema({ version: 2, collections: { notes: collection({ title: string(), weather: string().optional() }) }, upgrades: { 1: unchanged } }),
)
