import type { IntervalUnit, OptionKind, Schema } from '#platform/schema.ts'

/** What PostgreSQL hands over as one JSON document: column names as in SQL. */
export type RawCatalog = {
  products: {
    id: string
    slug: string
    kind: 'vps'
    state: 'published'
    name: unknown
    summary: unknown
    position: number
  }[]
  plans: RawPlan[]
  features: { plan_id: string; text: unknown }[]
  prices: (RawPrice & { id: string; plan_id: string; trial_days: number | null })[]
  stock: { plan_id: string; region_id: string | null; left: number }[]
  options: {
    id: string
    product_id: string
    code: string
    kind: OptionKind
    name: unknown
    summary: unknown
    min_quantity: number
    max_quantity: number
    step: number
  }[]
  option_prices: (RawPrice & { option_id: string })[]
  choices: { option_id: string; code: string; name: unknown; prices: RawPrice[] }[]
  images: {
    id: string
    slug: string
    family: string
    name: string
    login_user: string
    template_vm_id: number
    position: number
    active: boolean
  }[]
  regions: (Pick<Schema['regions'], 'id' | 'slug' | 'country' | 'position' | 'active'> & { name: unknown })[]
}
type RawPlan = {
  id: string
  product_id: string
  slug: string
  state: 'published'
  name: unknown
  summary: unknown
  popular: boolean
  cores: number
  memory_mb: number
  disk_gb: number
  traffic_tb: number
  max_per_customer: number | null
  position: number
}

/** Amounts as text, since JSON has no bigint. */
export type RawPrice = {
  currency: string
  interval_unit: IntervalUnit
  interval_count: number
  amount_minor: string
  setup_minor: string
}
