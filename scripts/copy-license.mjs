// Before a package is packed: the licence goes with every copy of it. npm takes a LICENSE from the package's own folder only.
import { copyFileSync } from 'node:fs'

copyFileSync(new URL('../LICENSE', import.meta.url), 'LICENSE')
