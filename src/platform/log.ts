import { AsyncLocalStorage } from 'node:async_hooks'
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** What every line of the log carries while a request or a job runs; `address`, from where a request came, only events do. */
export type LogScope = { requestId?: string; jobId?: string; job?: string; actor?: string; address?: string }

export const logScope = new AsyncLocalStorage<LogScope>()

/** JSON lines on standard output; secrets are hidden by type (Secret) and, as a second wall, by name. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const names = ['password', 'token', 'authorization', 'cookie', 'secret', 'sshKey']
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
      mixin: () => {
        const { address: _address, ...scope } = logScope.getStore() ?? {}
        return scope
      },
    },
    destination ?? pino.destination({ sync: false }),
  )
}
