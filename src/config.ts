import type { BlockList } from 'node:net'
import { Environment } from '#app/environment.ts'
import { readNetworks } from '#platform/client-address.ts'
import { Secret } from '#platform/secrets.ts'

/** What the simulators listen on and expect, when one of them stands in for a vendor. */
type SimulatorConfig = {
  ports: { console: number; stripe: number; proxmox: number; mail: number; smtp: number; vies: number }
  /** How long each task of the simulated Proxmox takes; each as long as is nice to watch, when undefined. */
  taskSeconds: number | undefined
}

type OauthClient = { clientId: string; clientSecret: Secret }

export type Config = {
  mode: 'simulated' | 'production'
  host: string
  port: number
  /** Origin of every link we send out. */
  publicUrl: string
  dataDir: string
  databaseUrl: string | undefined
  logLevel: Environment['LOG_LEVEL']
  secretKey: Secret
  /** Keys that only open and verify, while one takes the place of another. */
  otherSecretKeys: Secret[]
  metricsToken: Secret | undefined
  /** Peers whose word on whom they pass a request on for is believed. */
  trustedProxies: BlockList
  /** Where people may sign in as whom they are there; each undefined when it is not set up. */
  identities: {
    google: OauthClient | undefined
    github: (OauthClient & { baseUrl: string; apiUrl: string }) | undefined
    oidc: (OauthClient & { issuer: string; label: string }) | undefined
  }
  /** Whether browsers refuse what the content security policy of pages does not allow, or only report it. */
  cspMode: Environment['CSP_MODE']
  /** Whose pages may use the API from a browser. */
  corsOrigins: string[]
  /** Where attempts are counted, and how many requests strangers at one address may send a minute. */
  limits: { store: Environment['LIMITS_STORE']; redisUrl: string | undefined; requestsPerMinute: number }
  /** Whether our own people may do nothing before they have set up a second factor. */
  staffNeedSecondFactor: boolean
  stripe: {
    secretKey: Secret
    webhookSecrets: Secret[]
    apiBase: string | undefined
    /** What its own page lets customers do; its default when undefined. */
    portalConfiguration: string | undefined
    /** How often all processes together may call each of its endpoints. */
    requestsPerSecond: number
    live: boolean
    simulated: boolean
  }
  proxmox: {
    urls: string[]
    tokenId: string
    tokenSecret: Secret
    storage: string
    /** Where servers are copied to before they are ended; nowhere, when undefined. */
    backupStorage: string | undefined
    bridge: string
    pool: string | undefined
    certificateFile: string | undefined
    fingerprint: string | undefined
    vmIds: { min: number; max: number }
    simulated: boolean
  }
  smtp: {
    host: string
    port: number
    security: 'starttls' | 'tls' | 'none'
    user: string | undefined
    password: Secret | undefined
    from: string
    simulated: boolean
  }
  vies: {
    baseUrl: string
    /** Our own VAT number, in whose name is asked. */
    requester: { country: string; digits: string } | undefined
    /** How old a proof may become before it is asked for again. */
    cacheDays: number
    /** What such a proof is worth while nobody answers: it stands, or tax is charged. */
    whenUnavailable: 'keep' | 'charge'
    simulated: boolean
  }
  simulators: SimulatorConfig
}

/** Thrown with all mistakes of the environment at once, in words for the person who wrote it. */
export class ConfigError extends Error {}

const SIMULATED = {
  stripeKey: 'sk_test_simulated',
  webhookSecret: 'whsec_simulated',
  proxmoxToken: 'ez@pve!simulated',
  proxmoxSecret: '00000000-0000-4000-8000-000000000000',
}

/** Parses the environment once. `simulatedSecretKey` is used in simulated mode when SECRET_KEY is not set. */
export function readConfig(environment: NodeJS.ProcessEnv, simulatedSecretKey?: string): Config {
  const filled = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const wrong = new Map<string, string>()
  for (const issue of Environment.safeParse(filled).error?.issues ?? []) wrong.set(String(issue.path[0]), issue.message)
  // What can be understood is checked on, so that all mistakes are told together.
  const env = Environment.parse(Object.fromEntries(Object.entries(filled).filter(([key]) => !wrong.has(key))))
  const mistakes = [
    ...[...wrong].map(([key, message]) => `${key}: ${message}`),
    ...mistakesIn(env, new Set(Object.keys(filled))),
  ]
  if (mistakes.length > 0) throw new ConfigError(sentence(mistakes))
  return build(env, simulatedSecretKey)
}

/** The names of all keys the product reads. */
export const CONFIG_KEYS: readonly string[] = Object.keys(Environment.shape)

const sentence = (mistakes: string[]): string =>
  `The configuration has mistakes:\n${mistakes.map((each) => `  ${each}`).join('\n')}`

/** Mistakes beyond those of a single key; `given` names the keys that are set, rightly or wrongly. */
function mistakesIn(env: Environment, given: ReadonlySet<string>): string[] {
  const mistakes: string[] = []
  const together = (keys: (keyof Environment)[]): void => {
    const missing = keys.filter((key) => !given.has(key))
    if (missing.length > 0 && missing.length < keys.length)
      mistakes.push(`${missing.join(', ')}: missing, as ${keys.find((key) => given.has(key))} is set`)
  }
  together(['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])
  together(['PROXMOX_URLS', 'PROXMOX_TOKEN_ID', 'PROXMOX_TOKEN_SECRET'])
  together(['SMTP_USER', 'SMTP_PASSWORD'])
  together(['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'])
  together(['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'])
  together(['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'])
  if (env.LIMITS_STORE === 'redis' && !given.has('REDIS_URL'))
    mistakes.push('REDIS_URL: missing, as LIMITS_STORE is redis')
  if (env.VM_ID_MIN > env.VM_ID_MAX) mistakes.push('VM_ID_MAX: must not be below VM_ID_MIN')
  if (env.SECRET_KEY && env.SECRET_KEY.reveal().length < 32)
    mistakes.push('SECRET_KEY: must be 32 characters or more; make one with: openssl rand -base64 48')
  if (env.EZ_MODE === 'production') mistakes.push(...productionMistakes(env, given))
  return mistakes
}

/** What simulated mode forgives and production does not. */
function productionMistakes(env: Environment, given: ReadonlySet<string>): string[] {
  const mistakes: string[] = []
  const required = [
    'DATABASE_URL',
    'PUBLIC_URL',
    'SECRET_KEY',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'PROXMOX_URLS',
    'PROXMOX_TOKEN_ID',
    'PROXMOX_TOKEN_SECRET',
    'SMTP_HOST',
  ] as const
  for (const key of required) if (!given.has(key)) mistakes.push(`${key}: needed when EZ_MODE is production`)
  if (env.PUBLIC_URL && !env.PUBLIC_URL.startsWith('https://'))
    mistakes.push('PUBLIC_URL: must begin with https:// when EZ_MODE is production')
  // A plain address is a simulator's, and would show our token to whoever listens on the way.
  if (env.PROXMOX_URLS?.some((url) => !url.startsWith('https://')))
    mistakes.push('PROXMOX_URLS: must begin with https:// when EZ_MODE is production')
  if (env.VIES_BASE_URL?.startsWith('http://'))
    mistakes.push('VIES_BASE_URL: must begin with https:// when EZ_MODE is production')
  if (env.OIDC_ISSUER?.startsWith('http://'))
    mistakes.push('OIDC_ISSUER: must begin with https:// when EZ_MODE is production')
  if (env.STAFF_SECOND_FACTOR === 'optional')
    mistakes.push('STAFF_SECOND_FACTOR: must be required when EZ_MODE is production')
  if (env.STRIPE_API_BASE) mistakes.push('STRIPE_API_BASE: not allowed when EZ_MODE is production')
  const weak: [string, Secret | undefined][] = [
    ['SECRET_KEY', env.SECRET_KEY],
    ['METRICS_TOKEN', env.METRICS_TOKEN],
    ['STRIPE_SECRET_KEY', env.STRIPE_SECRET_KEY],
    ['PROXMOX_TOKEN_SECRET', env.PROXMOX_TOKEN_SECRET],
    ['SMTP_PASSWORD', env.SMTP_PASSWORD],
    ...(env.STRIPE_WEBHOOK_SECRET ?? []).map((each): [string, Secret] => ['STRIPE_WEBHOOK_SECRET', each]),
  ]
  for (const [key, value] of weak)
    if (value && isWeak(value.reveal())) mistakes.push(`${key}: is an example or too simple`)
  return mistakes
}

const isWeak = (value: string): boolean =>
  Object.values(SIMULATED).includes(value) || new Set(value).size < 8 || /change-?me|example|password/i.test(value)

function identitiesOf(env: Environment): Config['identities'] {
  const client = (clientId: string | undefined, clientSecret: Secret | undefined): OauthClient | undefined =>
    clientId !== undefined && clientSecret ? { clientId, clientSecret } : undefined
  const github = client(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET)
  const oidc = client(env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET)
  const baseUrl = env.GITHUB_URL.replace(/\/$/, '')
  const apiUrl =
    env.GITHUB_API_URL ?? (baseUrl === 'https://github.com' ? 'https://api.github.com' : `${baseUrl}/api/v3`)
  return {
    google: client(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET),
    github: github && { ...github, baseUrl, apiUrl },
    oidc:
      oidc && env.OIDC_ISSUER !== undefined ? { ...oidc, issuer: env.OIDC_ISSUER, label: env.OIDC_LABEL } : undefined,
  }
}

const VIES = '/taxation_customs/vies/rest-api'

function viesOf(env: Environment, simulator: string): Config['vies'] {
  const simulated = env.EZ_MODE === 'simulated' && env.VIES_BASE_URL === undefined
  const requester = env.VIES_REQUESTER ?? (simulated ? 'DE123456789' : undefined)
  return {
    baseUrl: (env.VIES_BASE_URL ?? `${simulated ? simulator : 'https://ec.europa.eu'}${VIES}`).replace(/\/$/, ''),
    requester: requester === undefined ? undefined : { country: requester.slice(0, 2), digits: requester.slice(2) },
    cacheDays: env.VIES_CACHE_DAYS,
    whenUnavailable: env.VIES_UNAVAILABLE,
    simulated,
  }
}

function build(env: Environment, simulatedSecretKey: string | undefined): Config {
  const ports = {
    console: env.SIMULATOR_PORT,
    stripe: env.SIMULATOR_PORT + 1,
    proxmox: env.SIMULATOR_PORT + 2,
    mail: env.SIMULATOR_PORT + 3,
    smtp: env.SIMULATOR_PORT + 4,
    vies: env.SIMULATOR_PORT + 5,
  }
  const at = (which: number): string => `http://127.0.0.1:${which}`
  const secretKey = env.SECRET_KEY ?? (simulatedSecretKey ? new Secret(simulatedSecretKey) : undefined)
  if (!secretKey) throw new ConfigError(sentence(['SECRET_KEY: missing']))
  const stripeSimulated = env.STRIPE_SECRET_KEY === undefined
  const proxmoxSimulated = env.PROXMOX_URLS === undefined
  const smtpSimulated = env.SMTP_HOST === undefined
  return {
    mode: env.EZ_MODE,
    host: env.HOST,
    port: env.PORT,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/$/, ''),
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    logLevel: env.LOG_LEVEL,
    secretKey,
    otherSecretKeys: env.SECRET_KEY_OTHERS ?? [],
    metricsToken: env.METRICS_TOKEN,
    trustedProxies: env.TRUSTED_PROXIES ?? readNetworks([])!,
    identities: identitiesOf(env),
    cspMode: env.CSP_MODE,
    corsOrigins: (env.CORS_ORIGINS ?? []).map((each) => new URL(each).origin),
    limits: { store: env.LIMITS_STORE, redisUrl: env.REDIS_URL, requestsPerMinute: env.REQUESTS_PER_MINUTE },
    staffNeedSecondFactor:
      (env.STAFF_SECOND_FACTOR ?? (env.EZ_MODE === 'production' ? 'required' : 'optional')) === 'required',
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY ?? new Secret(SIMULATED.stripeKey),
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET ?? [new Secret(SIMULATED.webhookSecret)],
      apiBase: env.STRIPE_API_BASE ?? (stripeSimulated ? at(ports.stripe) : undefined),
      portalConfiguration: env.STRIPE_PORTAL_CONFIGURATION,
      requestsPerSecond: env.STRIPE_REQUESTS_PER_SECOND ?? (stripeSimulated ? 1_000 : 25),
      live: /^[sr]k_live_/.test(env.STRIPE_SECRET_KEY?.reveal() ?? ''),
      simulated: stripeSimulated,
    },
    proxmox: {
      urls: env.PROXMOX_URLS ?? [at(ports.proxmox)],
      tokenId: env.PROXMOX_TOKEN_ID ?? SIMULATED.proxmoxToken,
      tokenSecret: env.PROXMOX_TOKEN_SECRET ?? new Secret(SIMULATED.proxmoxSecret),
      storage: env.PROXMOX_STORAGE,
      backupStorage: env.PROXMOX_BACKUP_STORAGE ?? (proxmoxSimulated ? 'backup' : undefined),
      bridge: env.PROXMOX_BRIDGE,
      pool: env.PROXMOX_POOL,
      certificateFile: env.PROXMOX_CA_FILE,
      fingerprint: env.PROXMOX_FINGERPRINT,
      vmIds: { min: env.VM_ID_MIN, max: env.VM_ID_MAX },
      simulated: proxmoxSimulated,
    },
    smtp: {
      host: env.SMTP_HOST ?? '127.0.0.1',
      port: smtpSimulated ? ports.smtp : env.SMTP_PORT,
      security: smtpSimulated ? 'none' : env.SMTP_SECURITY,
      user: env.SMTP_USER,
      password: env.SMTP_PASSWORD,
      from: env.MAIL_FROM,
      simulated: smtpSimulated,
    },
    vies: viesOf(env, at(ports.vies)),
    simulators: { ports, taskSeconds: env.SIMULATOR_TASK_SECONDS },
  }
}
