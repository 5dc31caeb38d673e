import type { z } from 'zod'
import type { Memory, PortalConfiguration, PortalRecord, PortalSession } from './stripe-simulator-memory.ts'
import { randomText } from './stripe-simulator-memory.ts'
import type { PortalParams } from './stripe-simulator-portal-params.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'
import { liveCustomer } from './stripe-simulator-found.ts'

/** The customer portal: what it may show, and links to it that live for minutes. */

type ConfigurationInput = z.output<(typeof PortalParams)['configurationUpdate']>

/** A link nobody has followed, and a page nobody has touched. */
const UNUSED_MS = 5 * 60_000
const IDLE_MS = 60 * 60_000

type Features = PortalConfiguration['features']

const noFeatures = (): Features => ({
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
})

/** What is left out stays as it was. */
function merged<T extends object>(before: T, change: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const given = Object.entries(change ?? {}).filter(([, value]) => value !== undefined)
  return { ...before, ...Object.fromEntries(given) }
}

const changeFeatures = (before: Features, change: ConfigurationInput['features'] = {}): Features => ({
  ...before,
  customer_update: merged(before.customer_update, change.customer_update),
  invoice_history: merged(before.invoice_history, change.invoice_history),
  payment_method_update: merged(before.payment_method_update, change.payment_method_update),
  subscription_cancel: merged(before.subscription_cancel, change.subscription_cancel),
})

function newConfiguration(memory: Memory, isDefault: boolean): PortalConfiguration {
  return {
    id: memory.newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: memory.now(),
    default_return_url: null,
    features: noFeatures(),
    is_default: isDefault,
    livemode: memory.livemode,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: memory.now(),
  }
}

/** Changes a configuration, or makes one where there is none yet. */
export function saveConfiguration(
  memory: Memory,
  existing: PortalConfiguration | undefined,
  input: ConfigurationInput,
): PortalConfiguration {
  const before = existing ?? newConfiguration(memory, false)
  const saved: PortalConfiguration = {
    ...before,
    active: input.active ?? before.active,
    business_profile: merged(before.business_profile, input.business_profile),
    default_return_url: input.default_return_url ?? before.default_return_url,
    features: changeFeatures(before.features, input.features),
    metadata: { ...before.metadata, ...input.metadata },
    name: input.name ?? before.name,
    updated: memory.now(),
  }
  memory.portalConfigurations.set(saved.id, saved)
  memory.emit(`billing_portal.configuration.${existing ? 'updated' : 'created'}`, saved)
  return saved
}

/** What the Dashboard has saved as its default. In test mode somebody always has; in live mode it has to be done once. */
function defaultConfiguration(memory: Memory): PortalConfiguration {
  const saved = memory.portalConfigurations.values().find((each) => each.is_default)
  if (saved) return saved
  if (memory.livemode)
    throw invalid(
      'No configuration provided and your live mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in live mode.',
    )
  const all = { customer_update: { enabled: false }, invoice_history: { enabled: true } }
  const features = changeFeatures(noFeatures(), { ...all, payment_method_update: { enabled: true } })
  const made = { ...newConfiguration(memory, true), features }
  memory.portalConfigurations.set(made.id, made)
  return made
}

function configurationFor(memory: Memory, id: string | undefined): PortalConfiguration {
  if (id === undefined) return defaultConfiguration(memory)
  const chosen = memory.portalConfigurations.get(id)
  if (!chosen) throw missing('configuration', id, 'configuration')
  if (!chosen.active) throw invalid('The configuration is not active.', { param: 'configuration' })
  return chosen
}

export function createPortalSession(
  memory: Memory,
  input: z.output<(typeof PortalParams)['sessionCreate']>,
): PortalSession {
  const customer = liveCustomer(memory, input.customer, 'customer')
  const configuration = configurationFor(memory, input.configuration)
  const secret = `${memory.livemode ? 'live' : 'test'}_${randomText(40)}`
  const object: PortalSession = {
    id: memory.newId('bps'),
    object: 'billing_portal.session',
    configuration: configuration.id,
    created: memory.now(),
    customer: customer.id,
    customer_account: null,
    flow: null,
    livemode: memory.livemode,
    locale: input.locale ?? null,
    on_behalf_of: null,
    return_url: input.return_url ?? configuration.default_return_url,
    url: `${memory.publicUrl}/p/session/${secret}`,
  }
  memory.portalSessions.set(secret, { id: secret, object, usableUntilMs: memory.nowMs() + UNUSED_MS })
  memory.emit('billing_portal.session.created', object)
  return object
}

/** The session behind a link, which lives on with every visit; undefined when it is over or never was. */
export function visitPortal(memory: Memory, secret: string): PortalRecord | undefined {
  const record = memory.portalSessions.get(secret)
  const customer = memory.customers.get(record?.object.customer ?? '')
  if (!record || record.usableUntilMs <= memory.nowMs() || !customer || 'deleted' in customer) return undefined
  const visited = { ...record, usableUntilMs: memory.nowMs() + IDLE_MS }
  memory.portalSessions.set(secret, visited)
  return visited
}
