import { z } from 'zod'
import { boolean, choice, expand, list, metadata, notEmpty, paging, text, url } from './stripe-simulator-fields.ts'

const features = z.strictObject({
  customer_update: z
    .strictObject({
      enabled: boolean,
      allowed_updates: list(choice(['address', 'email', 'name', 'phone', 'shipping', 'tax_id'])).optional(),
    })
    .optional(),
  invoice_history: z.strictObject({ enabled: boolean }).optional(),
  payment_method_update: z.strictObject({ enabled: boolean }).optional(),
  subscription_cancel: z
    .strictObject({
      enabled: boolean,
      mode: choice(['at_period_end', 'immediately']).optional(),
      proration_behavior: choice(['none', 'create_prorations', 'always_invoice']).optional(),
    })
    .optional(),
})

const configuration = {
  business_profile: z
    .strictObject({
      headline: text(60).optional(),
      privacy_policy_url: url.optional(),
      terms_of_service_url: url.optional(),
    })
    .optional(),
  default_return_url: url.optional(),
  metadata: metadata.optional(),
  name: text(250).optional(),
  ...expand,
}

export const PortalParams = {
  configurationCreate: z.strictObject({ features, ...configuration }),
  configurationUpdate: z.strictObject({
    features: features.optional(),
    active: boolean.optional(),
    ...configuration,
  }),
  configurationList: z.strictObject({ active: boolean.optional(), is_default: boolean.optional(), ...paging }),
  sessionCreate: z.strictObject({
    customer: notEmpty,
    configuration: notEmpty.optional(),
    return_url: url.optional(),
    locale: choice(['auto', 'en', 'de']).optional(),
    ...expand,
  }),
}
