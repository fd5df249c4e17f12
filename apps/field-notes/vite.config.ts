// The app is written as React and built with Preact; packages of this repository are taken from their sources.
import { defaultClientConditions, defineConfig } from 'vite'
import { serviceWorker } from './vite/service-worker.ts'

export default defineConfig({
  resolve: {
    conditions: ['tombolo-source', ...defaultClientConditions],
    alias: [
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // SQLite's own glue in a file of its own: it changes seldom, and is counted apart.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'sqlite', test: /sqlite-wasm/ }] } } } },
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  plugins: [serviceWorker()],
  // `npm run dev` beside a hub: `npm start` runs one.
  server: { proxy: { '/sync': { target: 'http://localhost:8787', ws: true }, '/session': 'http://localhost:8787' } },
})
