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
export const Environment = z.object({
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
  STRIPE_PORTAL_CONFIGURATION: text.regex(/^bpc_\w+$/, 'must be the id of a configuration, bpc_…').optional(),
  STRIPE_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(10_000).optional(),
  PROXMOX_URLS: list.pipe(z.array(origin).min(1)).optional(),
  PROXMOX_TOKEN_ID: text.optional(),
  PROXMOX_TOKEN_SECRET: secret.optional(),
  PROXMOX_STORAGE: text.default('ceph'),
  PROXMOX_BACKUP_STORAGE: text.optional(),
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
  GOOGLE_CLIENT_ID: text.optional(),
  GOOGLE_CLIENT_SECRET: secret.optional(),
  GITHUB_CLIENT_ID: text.optional(),
  GITHUB_CLIENT_SECRET: secret.optional(),
  GITHUB_URL: origin.default('https://github.com'),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an address like https://id.example.com' }).optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: secret.optional(),
  OIDC_LABEL: text.max(40).default('Single sign-on'),
  CSP_MODE: z.enum(['enforce', 'report-only']).default('enforce'),
  CORS_ORIGINS: list.pipe(z.array(origin)).optional(),
  LIMITS_STORE: z.enum(['postgres', 'memory', 'redis']).default('postgres'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be redis://user:password@host:6379' }).optional(),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).max(10_000_000).default(3_000),
  STAFF_SECOND_FACTOR: z.enum(['required', 'optional']).optional(),
  VIES_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  VIES_REQUESTER: z
    .string()
    .regex(/^[A-Z]{2}[0-9A-Z+*]{2,12}$/, 'must be a VAT number with its country, such as DE123456789')
    .optional(),
  VIES_CACHE_DAYS: z.coerce.number().int().min(1).max(30).default(30),
  VIES_UNAVAILABLE: z.enum(['keep', 'charge']).default('keep'),
  SIMULATOR_PORT: port.default(8090),
  SIMULATOR_TASK_SECONDS: z.coerce.number().min(0).max(600).optional(),
})
export type Environment = z.output<typeof Environment>
