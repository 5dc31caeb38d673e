import { Stripe } from 'stripe'

export type StripeConfig = {
  /** sk_… or rk_…, of the same mode as `mode`. */
  secretKey: string
  mode: 'test' | 'live'
  /** whsec_…; several while a secret is being rolled. */
  webhookSecrets: string[]
  /** Origin of the API, when it is not Stripe's own. */
  baseUrl?: string
  /** bpc_…, when the customers' portal is not to look as the Dashboard has it by default. */
  portalConfiguration?: string
  fetch: typeof fetch
  wallClockMs: () => number
}

/** A wrong setting must stop the start, not the first payment. */
export function checkConfig(config: StripeConfig): void {
  const secrets = config.webhookSecrets
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '' || /\s/.test(secret)))
    throw new Error('The Stripe webhook secret is missing, empty, or contains white space.')
  if (!new RegExp(`^(sk|rk)_${config.mode}_\\S+$`).test(config.secretKey))
    throw new Error(
      `The Stripe secret key is not a key of ${config.mode} mode (sk_${config.mode}_… or rk_${config.mode}_…).`,
    )
}

/** The official SDK, API 2026-10-28.endive; it never repeats a request by itself. */
export function clientOf(config: StripeConfig): Stripe {
  const base = new URL(config.baseUrl ?? 'https://api.stripe.com')
  const secure = base.protocol === 'https:'
  if ((!secure && base.protocol !== 'http:') || base.pathname !== '/' || base.search)
    throw new Error('The Stripe address must be an http or https origin without a path.')
  return new Stripe(config.secretKey, {
    apiVersion: '2026-10-28.endive',
    httpClient: Stripe.createFetchHttpClient(config.fetch),
    host: base.hostname,
    port: base.port || (secure ? '443' : '80'),
    protocol: secure ? 'https' : 'http',
    // Jobs repeat themselves with the same key; a person who waits is better told at once.
    maxNetworkRetries: 0,
    timeout: 20_000,
    telemetry: false,
    appInfo: { name: 'EZ Solutions' },
  })
}
