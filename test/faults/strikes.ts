import type { Side } from './points.ts'

/** What the proxies can do to the processes; each returns once they are dead, and a new one is on its way by then. */
export type Strikes = {
  kill(side: Side): Promise<void>
  killPostgres(): Promise<void>
}
