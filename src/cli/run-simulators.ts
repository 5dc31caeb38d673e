import { createLog } from '#platform/log.ts'
import { StartError } from '#platform/postgres-home.ts'
import { isProblem } from '#platform/problem.ts'
import { loadConfig } from './environment.ts'
import { onStop, ready } from './process-life.ts'
import { simulators } from './simulators.ts'

/** `ez simulators`: the simulated vendors, on ports of their own, with memory of their own. */
export async function run(): Promise<void> {
  const config = await loadConfig()
  const running = await simulators({
    dataDir: config.dataDir,
    host: '127.0.0.1',
    ports: config.simulators.ports,
    productUrl: `http://127.0.0.1:${config.port}`,
    ...(config.simulators.taskSeconds === undefined ? {} : { taskSeconds: config.simulators.taskSeconds }),
    secrets: {
      stripeSecretKey: config.stripe.secretKey.reveal(),
      stripeWebhookSecret: config.stripe.webhookSecrets[0]!.reveal(),
      proxmoxTokenId: config.proxmox.tokenId,
      proxmoxTokenSecret: config.proxmox.tokenSecret.reveal(),
    },
  }).catch((cause: unknown) => {
    throw isProblem(cause) ? new StartError(cause.message, { cause }) : cause
  })
  ready('simulators')
  onStop(createLog(config.logLevel), () => running.close())
}
