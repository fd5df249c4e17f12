// Draws the icons that are not vectors from public/icon.svg, with the Chromium of the browser tests: `npm run icons -w apps/field-notes`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const PUBLIC = new URL('../public/', import.meta.url)
const svg = readFileSync(new URL('icon.svg', PUBLIC), 'utf8')
/** A maskable icon is cut to any shape: it fills its square, and keeps what matters in the middle. */
const maskable = svg
  .replace('rx="112" ', '')
  .replace('<path d="M150', '<g transform="translate(51 51) scale(.8)"><path d="M150')
  .replace('</svg>', '</g></svg>')

const ICONS = [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['icon-maskable-512.png', 512, maskable],
  // Apple cuts the corners itself.
  ['icon-180.png', 180, svg.replace('rx="112" ', '')],
]

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
for (const [name, size, source] of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${source}`)
  writeFileSync(fileURLToPath(new URL(name, PUBLIC)), await page.screenshot({ omitBackground: true }))
}
await browser.close()
