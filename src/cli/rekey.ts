import { sealedColumns } from '#app/sealed.ts'
import { system } from '#platform/actor.ts'
import { rekeyColumn } from '#platform/rekey.ts'
import { openApp } from './environment.ts'

/** `ez rekey`: seals everything that is stored with the present SECRET_KEY; exits with 1 when something cannot be read. */
export async function run(): Promise<void> {
  const app = await openApp('command')
  try {
    const unreadable: string[] = []
    let total = 0
    for (const column of sealedColumns) {
      const name = `${column.table}.${column.column}`
      const { sealed, lost } = await rekeyColumn(app, column)
      process.stdout.write(`${name}: ${sealed} sealed with the present key.\n`)
      unreadable.push(...lost.map((key) => `${name} of ${key}`))
      total += sealed
    }
    await app.transaction(system('command line'), (tx) =>
      tx.emit('secrets.rekeyed', 'secrets', { after: { sealed: total, unreadable: unreadable.length } }),
    )
    if (unreadable.length === 0) return
    process.stdout.write(
      `These cannot be read with any key at hand and stay as they are:\n${unreadable.map((each) => `  ${each}\n`).join('')}`,
    )
    process.exitCode = 1
  } finally {
    await app.close()
  }
}
