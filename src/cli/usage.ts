import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command used wrongly; the message says how to use it. */
export class UsageError extends Error {}

/** Parses a command's arguments strictly; throws UsageError. */
export function parseArguments<O extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: O,
  usage: string,
) {
  try {
    return parseArgs({ args, options, allowPositionals: false, strict: true })
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\nUsage: ${usage}`, { cause })
  }
}
