import { openApp } from './environment.ts'
import { onStop, ready } from './process-life.ts'

/** `ez worker`: works the queue until told to stop. */
export async function run(): Promise<void> {
  const app = await openApp('worker')
  await app.work()
  app.log.info('worker is ready')
  ready('worker')
  onStop(app.log, () => app.close())
}
