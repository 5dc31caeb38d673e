import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CreateWeb } from './web.ts'

/** Loads the pages that `scripts/build-web.ts` built. */
export async function loadWeb(buildDirectory: string): Promise<CreateWeb> {
  const bundle = pathToFileURL(join(buildDirectory, 'server', 'index.js')).href
  const { createWeb } = (await import(bundle)) as { createWeb: CreateWeb }
  return createWeb
}
