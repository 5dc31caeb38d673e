import { buildWebIfStale } from '../../scripts/build-web.ts'
import { joinTestServer, leaveTestServer } from './test-server.ts'

/** Before any test file: the pages are built and the database server with its template stands. */
export async function globalSetup(): Promise<void> {
  // Every file is a process of its own, and all of them read the whole product: compiled once is enough.
  process.env['NODE_COMPILE_CACHE'] ??= '.data/compile-cache'
  await buildWebIfStale()
  await joinTestServer()
}

/** Afterwards the server goes, unless another run in this checkout still uses it. */
export async function globalTeardown(): Promise<void> {
  await leaveTestServer()
}
