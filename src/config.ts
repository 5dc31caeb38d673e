import type { BlockList } from 'node:net'
import { z } from 'zod'
import { readNetworks } from '#platform/client-address.ts'
import { Secret } from '#platform/secrets.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const text = z.string().trim().min(1)
const secret = text.transform((value) => new Secret(value))
const list = text.transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
const isOrigin = (value: string): boolean => {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && [url.origin, `${url.origin}/`].includes(url.href)
}
const origin = z.string().trim().refine(isOrigin, 'must be an address like https://shop.example.com, without a path')
const unbroken = text.regex(/^\S+$/, 'must not contain white space')

/** Every key the product reads. `.env.example` explains each; a test keeps the two alike. */
const Environment = z.object({
  EZ_MODE: z.enum(['simulated', 'production']).default('simulated'),
  HOST: text.default('127.0.0.1'),
  PORT: port.default(8080),
  PUBLIC_URL: origin.optional(),
  DATA_DIR: text.default('.data'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:5432/database' })
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SECRET_KEY: secret.optional(),
  SECRET_KEY_OTHERS: list
    .refine((all) => all.every((each) => each.length >= 32), 'must be keys of 32 characters or more')
    .transform((all) => all.map((each) => new Secret(each)))
    .optional(),
  METRICS_TOKEN: secret.optional(),
  STRIPE_SECRET_KEY: text
    .regex(/^[sr]k_(test|live)_\S+$/, 'must be a key like sk_test_… or sk_live_…')
    .transform((value) => new Secret(value))
    .optional(),
  STRIPE_WEBHOOK_SECRET: list
    .pipe(z.array(unbroken).min(1))
    .transform((all) => all.map((each) => new Secret(each)))
    .optional(),
  STRIPE_API_BASE: origin.optional(),
  PROXMOX_URLS: list.pipe(z.array(origin).min(1)).optional(),
  PROXMOX_TOKEN_ID: text.optional(),
  PROXMOX_TOKEN_SECRET: secret.optional(),
  PROXMOX_STORAGE: text.default('ceph'),
  PROXMOX_BRIDGE: text.default('vmbr0'),
  PROXMOX_POOL: text.optional(),
  PROXMOX_CA_FILE: text.optional(),
  PROXMOX_FINGERPRINT: z
    .string()
    .regex(/^([0-9a-f]{2}:?){32}$/i, 'must be a SHA-256 fingerprint in hex')
    .optional(),
  VM_ID_MIN: z.coerce.number().int().min(100).max(999_999_999).default(100_000),
  VM_ID_MAX: z.coerce.number().int().min(100).max(999_999_999).default(199_999),
  SMTP_HOST: text.optional(),
  SMTP_PORT: port.default(587),
  SMTP_SECURITY: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  SMTP_USER: text.optional(),
  SMTP_PASSWORD: secret.optional(),
  MAIL_FROM: text.default('EZ Solutions <no-reply@ez.localhost>'),
  TRUSTED_PROXIES: list
    .transform((entries) => readNetworks(entries))
    .refine(
      (networks) => networks !== undefined,
      'must be addresses or networks such as 10.0.0.0/8, separated by commas',
    )
    .optional(),
  CORS_ORIGINS: list.pipe(z.array(origin)).optional(),
  LIMITS_STORE: z.enum(['postgres', 'memory', 'redis']).default('postgres'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be redis://user:password@host:6379' }).optional(),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).max(10_000_000).default(3_000),
  STAFF_SECOND_FACTOR: z.enum(['required', 'optional']).optional(),
  SIMULATOR_PORT: port.default(8090),
  SIMULATOR_TASK_SECONDS: z.coerce.number().min(0).max(600).optional(),
})

type Environment = z.output<typeof Environment>

/** What the simulators listen on and expect, when one of them stands in for a vendor. */
type SimulatorConfig = {
  ports: { console: number; stripe: number; proxmox: number; mail: number; smtp: number }
  /** How long each task of the simulated Proxmox takes; each as long as is nice to watch, when undefined. */
  taskSeconds: number | undefined
}

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
    live: boolean
    simulated: boolean
  }
  proxmox: {
    urls: string[]
    tokenId: string
    tokenSecret: Secret
    storage: string
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

function build(env: Environment, simulatedSecretKey: string | undefined): Config {
  const ports = {
    console: env.SIMULATOR_PORT,
    stripe: env.SIMULATOR_PORT + 1,
    proxmox: env.SIMULATOR_PORT + 2,
    mail: env.SIMULATOR_PORT + 3,
    smtp: env.SIMULATOR_PORT + 4,
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
    corsOrigins: (env.CORS_ORIGINS ?? []).map((each) => new URL(each).origin),
    limits: { store: env.LIMITS_STORE, redisUrl: env.REDIS_URL, requestsPerMinute: env.REQUESTS_PER_MINUTE },
    staffNeedSecondFactor:
      (env.STAFF_SECOND_FACTOR ?? (env.EZ_MODE === 'production' ? 'required' : 'optional')) === 'required',
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY ?? new Secret(SIMULATED.stripeKey),
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET ?? [new Secret(SIMULATED.webhookSecret)],
      apiBase: env.STRIPE_API_BASE ?? (stripeSimulated ? at(ports.stripe) : undefined),
      live: /^[sr]k_live_/.test(env.STRIPE_SECRET_KEY?.reveal() ?? ''),
      simulated: stripeSimulated,
    },
    proxmox: {
      urls: env.PROXMOX_URLS ?? [at(ports.proxmox)],
      tokenId: env.PROXMOX_TOKEN_ID ?? SIMULATED.proxmoxToken,
      tokenSecret: env.PROXMOX_TOKEN_SECRET ?? new Secret(SIMULATED.proxmoxSecret),
      storage: env.PROXMOX_STORAGE,
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
    simulators: { ports, taskSeconds: env.SIMULATOR_TASK_SECONDS },
  }
}
