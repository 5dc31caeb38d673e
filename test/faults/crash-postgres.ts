import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `kill -9` of the server and everything it has forked: what a crash of the whole machine leaves. */
export function crashPostgres(folder: string): void {
  const [first = ''] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  const postmaster = Number(first)
  const children = childrenOf(postmaster)
  for (const pid of [postmaster, ...children])
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      // A backend may have ended by itself a moment before.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
}

/** Where the system does not tell, the children notice by themselves that their server is gone. */
function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid)
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined // It has ended in the meantime.
  }
}
