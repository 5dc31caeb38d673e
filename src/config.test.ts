import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect, parseEnv } from 'node:util'
import { type Config, CONFIG_KEYS, ConfigError, readConfig } from './config.ts'

const KEY = 'Zt8-some-long-enough-key-of-the-simulation-4kQ'
const PRODUCTION = {
  EZ_MODE: 'production',
  DATABASE_URL: 'postgres://ez@db.example.com:5432/ez',
  PUBLIC_URL: 'https://shop.example.com',
  SECRET_KEY: 'q7Jw2mXc9vLr4TzB8nKd5sHf1gPy6aWe',
  STRIPE_SECRET_KEY: 'sk_live_51Nv8QzKmW2xR7',
  STRIPE_WEBHOOK_SECRET: 'whsec_8fJq2LmZx7Wn4Rt',
  PROXMOX_URLS: 'https://pve1.example.com:8006,https://pve2.example.com:8006',
  PROXMOX_TOKEN_ID: 'ez@pve!shop',
  PROXMOX_TOKEN_SECRET: '3f9c1a7e-52d8-4b06-9e41-c8d7b2a6f053',
  SMTP_HOST: 'smtp.example.com',
}

/** What the person at the terminal is told, line by line. */
function mistakes(environment: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(environment, KEY)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    const [first, ...lines] = error.message.split('\n')
    assert.equal(first, 'The configuration has mistakes:')
    return lines.map((line) => line.trim())
  }
}

test('without any configuration everything is simulated', () => {
  const config = readConfig({}, KEY)
  assert.deepEqual(
    [config.mode, config.stripe.simulated, config.proxmox.simulated, config.smtp.simulated, config.vies.simulated],
    ['simulated', true, true, true, true],
  )
  assert.equal(config.publicUrl, 'http://localhost:8080')
  assert.equal(config.stripe.apiBase, 'http://127.0.0.1:8091')
})

test('VAT numbers are checked at the simulator, in production at the Commission, in the name that is set', () => {
  const { vies } = readConfig({}, KEY)
  assert.equal(vies.baseUrl, 'http://127.0.0.1:8095/taxation_customs/vies/rest-api')
  assert.deepEqual(vies.requester, { country: 'DE', digits: '123456789' })
  const real = readConfig({ ...PRODUCTION, VIES_REQUESTER: 'ATU12345678' }).vies
  assert.equal(real.baseUrl, 'https://ec.europa.eu/taxation_customs/vies/rest-api')
  assert.deepEqual([real.requester, real.simulated], [{ country: 'AT', digits: 'U12345678' }, false])
  assert.equal(readConfig(PRODUCTION).vies.requester, undefined)
})

test('each vendor becomes real by its own keys alone', () => {
  const simulated = (environment: NodeJS.ProcessEnv): boolean[] => {
    const { stripe, proxmox, smtp } = readConfig(environment, KEY)
    return [stripe.simulated, proxmox.simulated, smtp.simulated]
  }
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, PROXMOX_URLS, PROXMOX_TOKEN_ID, PROXMOX_TOKEN_SECRET } = PRODUCTION
  assert.deepEqual(simulated({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET }), [false, true, true])
  assert.deepEqual(simulated({ PROXMOX_URLS, PROXMOX_TOKEN_ID, PROXMOX_TOKEN_SECRET }), [true, false, true])
  assert.deepEqual(simulated({ SMTP_HOST: 'smtp.example.com' }), [true, true, false])
})

test('real keys are read whole: live mode, several nodes, a webhook secret that is being rolled', () => {
  const config = readConfig({ ...PRODUCTION, STRIPE_WEBHOOK_SECRET: 'whsec_8fJq2LmZx7Wn4Rt, whsec_New1Xk5Qp9' })
  assert.equal(config.stripe.live, true)
  assert.equal(config.stripe.apiBase, undefined)
  assert.deepEqual(config.proxmox.urls, ['https://pve1.example.com:8006', 'https://pve2.example.com:8006'])
  assert.deepEqual(
    config.stripe.webhookSecrets.map((secret) => secret.reveal()),
    ['whsec_8fJq2LmZx7Wn4Rt', 'whsec_New1Xk5Qp9'],
  )
  assert.equal(readConfig({ ...PRODUCTION, STRIPE_SECRET_KEY: 'rk_test_51Nv8QzKmW2xR7' }).stripe.live, false)
})

test('all mistakes are told together, each under its key, and none repeats what was written', () => {
  const told = mistakes({
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'shop.example.com',
    DATABASE_URL: 'mysql://secret-of-mine@host/db',
    STRIPE_SECRET_KEY: 'secret-of-mine',
    SMTP_USER: 'ann',
    VM_ID_MIN: '500',
    VM_ID_MAX: '400',
    SECRET_KEY: 'secret-of-mine',
  })
  assert.deepEqual(told.map((line) => line.split(':', 1).join()).toSorted(), [
    'DATABASE_URL',
    'LOG_LEVEL',
    'PORT',
    'PUBLIC_URL',
    'SECRET_KEY',
    'SMTP_PASSWORD',
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'VM_ID_MAX',
  ])
  assert.ok(!told.join().includes('secret-of-mine'))
})

test('keys that need each other are asked for together', () => {
  assert.deepEqual(mistakes({ PROXMOX_TOKEN_ID: 'ez@pve!shop' }), [
    'PROXMOX_URLS, PROXMOX_TOKEN_SECRET: missing, as PROXMOX_TOKEN_ID is set',
  ])
  assert.deepEqual(mistakes({ STRIPE_SECRET_KEY: 'sk_test_1234567890' }), [
    'STRIPE_WEBHOOK_SECRET: missing, as STRIPE_SECRET_KEY is set',
  ])
})

test('an address is an address, a secret has no gaps, a number is a number', () => {
  const wrong: NodeJS.ProcessEnv[] = [
    { PUBLIC_URL: 'https://shop.example.com/shop' },
    { PUBLIC_URL: 'ftp://shop.example.com' },
    { PUBLIC_URL: 'https://user:password@shop.example.com' },
    { PORT: '70000' },
    { PORT: '80.5' },
    { VM_ID_MIN: '99' },
    { PROXMOX_FINGERPRINT: 'AA:BB' },
    { ...PRODUCTION, STRIPE_WEBHOOK_SECRET: 'whsec_8fJq2LmZ x7Wn4Rt' },
    { ...PRODUCTION, STRIPE_WEBHOOK_SECRET: ' , ' },
    { ...PRODUCTION, STRIPE_SECRET_KEY: 'pk_live_51Nv8QzKmW2xR7' },
    { ...PRODUCTION, PROXMOX_URLS: 'https://pve1.example.com:8006,pve2' },
  ]
  for (const environment of wrong) assert.equal(mistakes(environment).length, 1, inspect(environment))
  assert.equal(readConfig({ PUBLIC_URL: 'https://shop.example.com/' }, KEY).publicUrl, 'https://shop.example.com')
})

test('production starts with everything real and refuses each thing that is missing', () => {
  assert.deepEqual(mistakes(PRODUCTION), [])
  for (const key of Object.keys(PRODUCTION)) {
    if (key === 'EZ_MODE') continue
    const told = mistakes({ ...PRODUCTION, [key]: '' })
    assert.ok(told.includes(`${key}: needed when EZ_MODE is production`), key)
  }
  assert.deepEqual(mistakes({ EZ_MODE: 'production' }).length, 9)
})

test('production refuses weak and example secrets, plain http and another Stripe', () => {
  const refused: Record<string, string> = {
    PUBLIC_URL: 'http://shop.example.com',
    PROXMOX_URLS: 'https://pve1.example.com:8006,http://127.0.0.1:8092',
    STRIPE_API_BASE: 'http://127.0.0.1:8091',
    VIES_BASE_URL: 'http://127.0.0.1:8095/taxation_customs/vies/rest-api',
    METRICS_TOKEN: 'metrics',
    SECRET_KEY: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    STRIPE_SECRET_KEY: 'sk_test_simulated',
    STRIPE_WEBHOOK_SECRET: 'whsec_simulated',
    PROXMOX_TOKEN_SECRET: '00000000-0000-4000-8000-000000000000',
  }
  for (const [key, value] of Object.entries(refused))
    assert.deepEqual(
      mistakes({ ...PRODUCTION, [key]: value }).map((line) => line.split(':')[0]),
      [key],
    )
  assert.deepEqual(mistakes({ ...PRODUCTION, SMTP_USER: 'ez', SMTP_PASSWORD: 'mail-password' }), [
    'SMTP_PASSWORD: is an example or too simple',
  ])
  for (const SECRET_KEY of ['change-me-change-me-change-me-change-me', 'this-is-an-example-key-of-40-characters!'])
    assert.deepEqual(mistakes({ ...PRODUCTION, SECRET_KEY }), ['SECRET_KEY: is an example or too simple'])
})

test('no secret shows when the configuration is printed', () => {
  const config = readConfig({
    ...PRODUCTION,
    SMTP_USER: 'ez',
    SMTP_PASSWORD: 'hunter2-hunter2',
    METRICS_TOKEN: 'hunter2-hunter2',
  })
  const printed = `${inspect(config, { depth: 9 })} ${JSON.stringify(config)}`
  for (const secret of [
    'hunter2',
    PRODUCTION.SECRET_KEY,
    PRODUCTION.STRIPE_SECRET_KEY,
    PRODUCTION.PROXMOX_TOKEN_SECRET,
  ])
    assert.ok(!printed.includes(secret))
})

test('.env.example explains every key once and, taken as it is, changes nothing', async () => {
  const text = await readFile(join(import.meta.dirname, '../.env.example'), 'utf8')
  const [, ...blocks] = text.trim().split(/\n\n+/)
  const explained = blocks.map((block) => {
    const lines = block.split('\n')
    const key = lines.at(-1)!.split('=')[0]!
    assert.ok(lines.length > 1 && lines.slice(0, -1).every((line) => line.startsWith('# ')), `${key} is explained`)
    return key
  })
  assert.deepEqual(explained.toSorted(), CONFIG_KEYS.toSorted())
  const plain = ({ secretKey, ...config }: Config): string => JSON.stringify([config, secretKey.reveal()])
  assert.equal(plain(readConfig(parseEnv(text), KEY)), plain(readConfig({}, KEY)))
})
