// Runs after `npm ci`: builds the pages and, in a checkout, switches the git hooks on.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { buildWebIfStale } from './build-web.ts'

if (existsSync('.git')) execFileSync('git', ['config', 'core.hooksPath', '.github/hooks'])
await buildWebIfStale()
