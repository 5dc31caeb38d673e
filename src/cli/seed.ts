import { openDatabase } from '#platform/database.ts'
import { loadConfig, openServer, requireMigrated } from './environment.ts'
import { seedDemo } from './seed-demo.ts'

/** `ez seed`: fills an empty catalogue. */
export async function run(): Promise<void> {
  const config = await loadConfig()
  const { databaseUrl } = await openServer(config)
  await requireMigrated(databaseUrl)
  const database = openDatabase(databaseUrl, () => undefined, 2)
  try {
    process.stdout.write(
      (await seedDemo(database))
        ? 'The demo catalogue is in place.\n'
        : 'There is a catalogue already; nothing was changed.\n',
    )
  } finally {
    await database.close()
  }
}
