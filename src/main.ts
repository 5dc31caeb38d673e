#!/usr/bin/env node
import module from 'node:module'

// Compiled code is kept between starts, which halves the time to the first answer.
module.enableCompileCache()
const { main } = await import('./cli/main.ts')
await main(process.argv.slice(2))
