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
  worker: { format: 'es' },
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
  plugins: [serviceWorker()],
  // `npm run dev` beside a hub: `npm start` runs one.
  server: { proxy: { '/sync': { target: 'http://localhost:8787', ws: true }, '/session': 'http://localhost:8787' } },
})
