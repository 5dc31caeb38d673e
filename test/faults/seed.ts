import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A seed that every commit has its own of, so that another commit is struck elsewhere; without git, that of the day. */
export async function seedOfToday(): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short=8', 'HEAD'], {
      cwd: import.meta.dirname,
    })
    return Number.parseInt(stdout.trim().slice(0, 8), 16)
  } catch {
    return Math.floor(Date.now() / 86_400_000)
  }
}
