import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { BillingParams } from './stripe-simulator-billing-params.ts'
import { Params } from './stripe-simulator-params.ts'
import { PortalParams } from './stripe-simulator-portal-params.ts'

const contracts = new URL('../../../../shared/contracts/stripe/', import.meta.url)
const skip = existsSync(contracts) ? false : 'skipped: contracts not present'

const Document = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })),
  }),
})

/** Which parameters of the API each of ours stands for. */
const named: [z.ZodObject, string][] = [
  [Params.customerCreate, 'Customers__CustomerCreateParams'],
  [Params.customerUpdate, 'Customers__CustomerUpdateParams'],
  [Params.customerList, 'Customers__CustomerListParams'],
  [Params.methodCreate, 'PaymentMethods__PaymentMethodCreateParams'],
  [Params.intentCreate, 'PaymentIntents__PaymentIntentCreateParams'],
  [Params.intentConfirm, 'PaymentIntents__PaymentIntentConfirmParams'],
  [Params.setupCreate, 'SetupIntents__SetupIntentCreateParams'],
  [Params.sessionCreate, 'Checkout.Sessions__Checkout.SessionCreateParams'],
  [Params.refundCreate, 'Refunds__RefundCreateParams'],
  [Params.disputeUpdate, 'Disputes__DisputeUpdateParams'],
  [Params.balanceList, 'BalanceTransactions__BalanceTransactionListParams'],
  [PortalParams.configurationCreate, 'BillingPortal.Configurations__BillingPortal.ConfigurationCreateParams'],
  [PortalParams.configurationUpdate, 'BillingPortal.Configurations__BillingPortal.ConfigurationUpdateParams'],
  [PortalParams.sessionCreate, 'BillingPortal.Sessions__BillingPortal.SessionCreateParams'],
  [BillingParams.productCreate, 'Products__ProductCreateParams'],
  [BillingParams.productUpdate, 'Products__ProductUpdateParams'],
  [BillingParams.productList, 'Products__ProductListParams'],
  [BillingParams.priceCreate, 'Prices__PriceCreateParams'],
  [BillingParams.priceUpdate, 'Prices__PriceUpdateParams'],
  [BillingParams.priceList, 'Prices__PriceListParams'],
  [BillingParams.subscriptionCreate, 'Subscriptions__SubscriptionCreateParams'],
  [BillingParams.subscriptionUpdate, 'Subscriptions__SubscriptionUpdateParams'],
  [BillingParams.subscriptionCancel, 'Subscriptions__SubscriptionCancelParams'],
  [BillingParams.subscriptionPause, 'Subscriptions__SubscriptionPauseParams'],
  [BillingParams.subscriptionList, 'Subscriptions__SubscriptionListParams'],
  [BillingParams.invoiceCreate, 'Invoices__InvoiceCreateParams'],
  [BillingParams.invoiceUpdate, 'Invoices__InvoiceUpdateParams'],
  [BillingParams.invoiceList, 'Invoices__InvoiceListParams'],
  [BillingParams.invoicePay, 'Invoices__InvoicePayParams'],
  [BillingParams.invoiceItemCreate, 'InvoiceItems__InvoiceItemCreateParams'],
  [BillingParams.invoiceItemList, 'InvoiceItems__InvoiceItemListParams'],
  [BillingParams.invoicePaymentList, 'InvoicePayments__InvoicePaymentListParams'],
]

test('every parameter the simulator takes is one of the API', { skip }, () => {
  const text = readFileSync(new URL('stripe-api-subset.openapi.json', contracts), 'utf8')
  const { schemas } = Document.parse(JSON.parse(text)).components
  for (const [ours, theirs] of named) {
    const known = schemas[theirs]?.properties
    assert.ok(known, `${theirs} is in the contract`)
    const invented = Object.keys(ours.shape).filter((name) => !(name in known))
    assert.deepEqual(invented, [], theirs)
  }
})
