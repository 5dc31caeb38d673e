// Written by npm run db:types; do not edit.
import type { GeneratedAlways } from 'kysely'

export type AdoptionWish = 'move' | 'end' | 'end_now' | 'renew'
export type ApprovalState = 'pending' | 'approved' | 'done' | 'refused' | 'expired' | 'withdrawn'
export type BackupState = 'making' | 'failed' | 'kept' | 'deleting' | 'deleted' | 'skipped'
export type CatalogVersionState = 'draft' | 'planned' | 'live' | 'superseded' | 'discarded'
export type ChangeState = 'quoted' | 'awaiting_payment' | 'scheduled' | 'applied' | 'withdrawn'
export type CouponKind = 'percent' | 'fixed' | 'free_setup'
export type CouponRedemptionState = 'reserved' | 'committed' | 'released'
export type CouponState = 'draft' | 'active' | 'ended'
export type CreditSource = 'overpayment' | 'void_document' | 'topup' | 'change' | 'staff' | 'refund_failed' | 'credit_note'
export type DataExportState = 'pending' | 'ready'
export type DisputePolicy = 'seller' | 'suspend' | 'keep'
export type DisputeState = 'warning' | 'open' | 'won' | 'lost' | 'warning_closed'
export type DunningAction = 'remind' | 'charge' | 'retry' | 'warn' | 'suspend' | 'final_warning' | 'terminate'
export type EntitlementState = 'granted' | 'revoked'
export type ForecastCards = 'as_last_time' | 'all_succeed' | 'all_fail'
export type ForecastKind = 'invoice' | 'payment' | 'failed_payment' | 'credit' | 'mail' | 'suspension' | 'resumption' | 'termination' | 'ending' | 'price_change'
export type ForecastSide = 'today' | 'changed'
export type ForecastState = 'pending' | 'running' | 'finished' | 'failed' | 'cancelled'
export type GatewayEventState = 'received' | 'processed' | 'ignored' | 'suspense'
export type IntervalUnit = 'day' | 'week' | 'month' | 'year' | 'once'
export type InvitationState = 'pending' | 'accepted' | 'declined' | 'revoked'
export type InvoiceLineKind = 'plan' | 'option' | 'topup' | 'manual' | 'setup'
export type InvoicePurpose = 'order' | 'renewal' | 'change' | 'topup' | 'manual'
export type InvoiceState = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible'
export type Locale = 'en' | 'de'
export type MachinePower = 'running' | 'stopped' | 'paused'
export type MemberRole = 'owner' | 'admin' | 'billing' | 'technical' | 'support' | 'read_only'
export type NoBackupReason = 'turned_off' | 'no_storage' | 'no_machine' | 'by_staff' | 'before'
export type NotificationState = 'queued' | 'sent' | 'failed'
export type OptionKind = 'switch' | 'quantity' | 'choice' | 'slider'
export type OrderState = 'pending' | 'active' | 'cancelled'
export type PasskeyPurpose = 'register' | 'confirm' | 'sign_in' | 'second_factor'
export type PaymentChannel = 'checkout' | 'saved_method' | 'bank_transfer' | 'manual'
export type PaymentState = 'pending' | 'succeeded' | 'failed'
export type ProcedureState = 'running' | 'compensating' | 'completed' | 'compensated' | 'stuck'
export type ProcedureStepState = 'running' | 'waiting' | 'done' | 'failed' | 'undoing' | 'undone'
export type ProductKind = 'vps'
export type ProductState = 'published' | 'retired'
export type ProofFindingState = 'open' | 'repairing' | 'resolved'
export type ProofRunState = 'running' | 'green' | 'red' | 'incomplete' | 'failed'
export type RefundDestination = 'gateway' | 'credit' | 'by_hand'
export type RefundService = 'keep' | 'suspend' | 'terminate'
export type RefundState = 'pending' | 'succeeded' | 'failed' | 'needs_person'
export type RepricingState = 'draft' | 'announced' | 'applied' | 'cancelled'
export type ServiceState = 'pending' | 'provisioning' | 'active' | 'suspended' | 'terminated' | 'failed'
export type SignInMethod = 'password' | 'passkey' | 'identity' | 'link'
export type SignInState = 'second_factor' | 'complete' | 'refused'
export type SubscriptionBiller = 'us' | 'gateway'
export type SubscriptionState = 'active' | 'past_due' | 'cancelled'
export type SuspensionReason = 'non_payment' | 'abuse' | 'dispute' | 'by_staff'
export type TaxCategory = 'S' | 'Z' | 'E' | 'AE' | 'O' | 'K' | 'G'
export type UserTokenKind = 'verify_email' | 'reset_password' | 'join_staff' | 'change_email'
export type VatOutcome = 'valid' | 'invalid' | 'unknown'

export type Schema = {
  addressPools: {
    id: string
    regionId: string
    family: number
    gateway: string
    prefix: number
    nameServers: string[]
  }
  addresses: {
    address: string
    poolId: string
    serviceId: string | null
    allocatedAt: Temporal.Instant | null
    quarantinedUntil: Temporal.Instant | null
  }
  adoptions: {
    subscriptionId: string
    customerId: string
    gateway: string
    gatewayCustomerId: string
    status: string
    renews: boolean
    periodEnd: Temporal.Instant
    amountMinor: bigint
    gatewayMethodId: string | null
    cannotMove: string | null
    wish: AdoptionWish | null
    wishVersion: number
    wishedAt: Temporal.Instant | null
    lookedAt: Temporal.Instant
    lookAt: Temporal.Instant | null
    movedFrom: Temporal.PlainDate | null
    movedAt: Temporal.Instant | null
    endedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  apiTokens: {
    id: string
    userId: string
    customerId: string
    name: string
    tokenHash: string
    lastFour: string
    createdAt: Temporal.Instant
    lastUsedAt: Temporal.Instant | null
    revokedAt: Temporal.Instant | null
    scopes: string[] | null
    expiresAt: Temporal.Instant | null
    addresses: string[]
    lastUsedAddress: string | null
  }
  approvals: {
    id: string
    act: string
    subjectId: string
    customerId: string | null
    input: unknown
    state: ApprovalState
    askedBy: string
    decidedBy: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    expiresAt: Temporal.Instant
  }
  billingFailures: {
    customerId: string
    message: string
    failedAt: Temporal.Instant
  }
  callPaces: {
    key: string
    freeAt: Temporal.Instant
    backgroundAt: Temporal.Instant
    pausedUntil: GeneratedAlways<Temporal.Instant>
  }
  cardExpiryNotices: {
    paymentMethodId: string
    customerId: string
    expiresOn: Temporal.PlainDate
    step: string
    createdAt: Temporal.Instant
  }
  cartItems: {
    id: string
    cartId: string
    configuration: unknown
    createdAt: Temporal.Instant
  }
  carts: {
    id: string
    tokenHash: string
    customerId: string | null
    currency: string
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    couponCodes: string[]
  }
  catalogVersions: {
    id: string
    productId: string
    number: number
    state: CatalogVersionState
    document: unknown
    revision: number
    basedOn: string | null
    restores: string | null
    publishAt: Temporal.Instant | null
    failure: string | null
    publishedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  changeQuotes: {
    id: string
    customerId: string
    subscriptionId: string
    state: ChangeState
    wanted: unknown
    planId: string
    intervalUnit: IntervalUnit
    intervalCount: number
    items: unknown
    description: string
    amountMinor: bigint
    currency: string
    startsOn: Temporal.PlainDate
    newPeriod: boolean
    detail: unknown
    taxBasisPoints: number
    treatment: unknown
    dueMinor: bigint
    creditMinor: bigint
    creditTaxMinor: bigint
    nextMinor: bigint
    nextOn: Temporal.PlainDate
    basis: string
    digest: string
    expiresAt: Temporal.Instant
    usedAt: Temporal.Instant | null
    lapsesAt: Temporal.Instant | null
    invoiceId: string | null
    appliedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    idempotencyKey: string | null
  }
  choicePrices: {
    choiceId: string
    currency: string
    intervalUnit: IntervalUnit
    intervalCount: number
    amountMinor: bigint
    setupMinor: bigint
    active: boolean
  }
  clock: {
    onlyRow: boolean
    offsetSeconds: bigint
    movedAt: Temporal.Instant
  }
  countryCurrencies: {
    country: string
    currency: string
  }
  couponAmounts: {
    couponId: string
    currency: string
    amountMinor: bigint
  }
  couponCustomers: {
    couponId: string
    customerId: string
    uses: number
  }
  couponRedemptions: {
    id: string
    couponId: string
    customerId: string
    orderId: string
    state: CouponRedemptionState
    currency: string
    offMinor: bigint
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  coupons: {
    id: string
    code: string
    codeKey: string
    name: string
    kind: CouponKind
    state: CouponState
    percentBasisPoints: number | null
    productIds: string[]
    planIds: string[]
    intervals: string[]
    customerGroup: string | null
    firstOrderOnly: boolean
    cycles: number | null
    maxUses: number | null
    maxUsesPerCustomer: number | null
    uses: number
    priority: number
    validFrom: Temporal.Instant | null
    validUntil: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  creditGrants: {
    id: string
    customerId: string
    currency: string
    amountMinor: bigint
    remainingMinor: bigint
    source: CreditSource
    reference: string
    note: string | null
    createdAt: Temporal.Instant
  }
  creditNoteLines: {
    id: string
    creditNoteId: string
    invoiceLineId: string | null
    position: number
    description: string
    amountMinor: bigint
    taxBasisPoints: number
    taxMinor: bigint
  }
  creditNotes: {
    id: string
    customerId: string
    legalEntityId: string
    invoiceId: string
    series: string | null
    sequence: number | null
    number: string | null
    issuedAt: Temporal.Instant | null
    contentHash: string | null
    currency: string
    subtotalMinor: bigint
    taxMinor: bigint
    totalMinor: bigint
    reason: string
    seller: unknown
    buyer: unknown
    locale: Locale
    createdAt: Temporal.Instant
    changeId: string | null
  }
  creditUses: {
    id: string
    grantId: string
    customerId: string
    invoiceId: string | null
    amountMinor: bigint
    note: string | null
    createdAt: Temporal.Instant
    refundId: string | null
  }
  cspReports: {
    id: string
    directive: string
    blocked: string
    page: string
    count: bigint
    firstSeen: Temporal.Instant
    lastSeen: Temporal.Instant
  }
  currencies: {
    code: string
    sold: boolean
    updatedAt: Temporal.Instant
  }
  customers: {
    id: string
    name: string
    email: string
    company: string | null
    addressLine1: string | null
    addressLine2: string | null
    postalCode: string | null
    city: string | null
    country: string | null
    vatId: string | null
    currency: string
    locale: Locale
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    membersNeedSecondFactor: boolean
    closedAt: Temporal.Instant | null
    erasedAt: Temporal.Instant | null
    autoPay: boolean
    region: string | null
    customerGroup: string | null
  }
  dataExports: {
    id: string
    userId: string
    state: DataExportState
    content: Buffer | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    expiresAt: Temporal.Instant
  }
  disputes: {
    id: string
    paymentId: string
    customerId: string
    gatewayDisputeId: string
    state: DisputeState
    amountMinor: bigint
    withdrawnMinor: bigint
    currency: string
    reason: string
    evidenceDueAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    postings: number
  }
  dunningRuns: {
    invoiceId: string
    day: number
    action: DunningAction
    outcome: string
    ranAt: Temporal.Instant
  }
  dunningSteps: {
    legalEntityId: string
    day: number
    action: DunningAction
  }
  entitlements: {
    id: string
    customerId: string
    subscriptionId: string
    code: string
    quantity: number
    state: EntitlementState
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  eventSeals: {
    position: bigint
    eventSequence: bigint
    contentDigest: Buffer
    hash: Buffer
    sealedAt: GeneratedAlways<Temporal.Instant>
    blottedBy: string | null
  }
  events: {
    id: string
    sequence: GeneratedAlways<bigint>
    transaction: GeneratedAlways<string>
    name: string
    subjectId: string
    customerId: string | null
    actorKind: string
    actorId: string
    requestId: string | null
    before: unknown | null
    after: unknown | null
    createdAt: Temporal.Instant
    address: string | null
  }
  finalBackups: {
    id: string
    serviceId: string
    customerId: string
    procedureId: string | null
    state: BackupState
    reason: NoBackupReason | null
    vmId: number | null
    node: string | null
    storage: string | null
    volumeId: string | null
    sizeBytes: bigint | null
    madeAt: Temporal.Instant | null
    keptUntil: Temporal.Instant | null
    deletedAt: Temporal.Instant | null
    taskNode: string | null
    taskId: string | null
    failures: number
    error: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  forecastDays: {
    forecastId: string
    side: ForecastSide
    day: Temporal.PlainDate
    kind: ForecastKind
    currency: string
    happenings: number
    amountMinor: bigint
  }
  forecastRows: {
    forecastId: string
    position: number
    kind: ForecastKind
    template: string | null
    customerId: string
    serviceId: string | null
    dueOn: Temporal.PlainDate | null
    currency: string | null
    todayOn: Temporal.PlainDate | null
    changedOn: Temporal.PlainDate | null
    todayMinor: bigint | null
    changedMinor: bigint | null
    differs: GeneratedAlways<boolean>
  }
  forecasts: {
    id: string
    state: ForecastState
    legalEntityId: string
    days: number
    cards: ForecastCards
    settingsToday: unknown
    settingsTried: unknown
    requestedBy: string
    startsOn: Temporal.PlainDate | null
    agreements: number | null
    passed: number
    leftOut: number
    failureCode: string | null
    finishedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    startsAt: Temporal.Instant | null
  }
  gatewayCursors: {
    name: string
    seenUntil: Temporal.Instant | null
    afterId: string | null
    completedAt: Temporal.Instant | null
    updatedAt: Temporal.Instant
  }
  gatewayCustomers: {
    customerId: string
    gateway: string
    gatewayCustomerId: string
    createdAt: Temporal.Instant
  }
  gatewayEvents: {
    id: string
    gateway: string
    type: string
    livemode: boolean
    account: string | null
    objectId: string
    checkoutSessionId: string | null
    paymentId: string | null
    failureCode: string | null
    state: GatewayEventState
    note: string | null
    receivedAt: Temporal.Instant
    processedAt: Temporal.Instant | null
    createdAt: Temporal.Instant | null
    object: unknown | null
    gatewaySubscriptionId: string | null
  }
  gatewayInvoices: {
    id: string
    subscriptionId: string
    customerId: string
    number: string | null
    status: string
    currency: string
    totalMinor: bigint
    paidMinor: bigint
    periodStart: Temporal.PlainDate
    periodEnd: Temporal.PlainDate
    url: string | null
    paidAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  idempotencyKeys: {
    actorId: string
    key: string
    requestHash: string
    status: number | null
    answer: unknown | null
    createdAt: Temporal.Instant
  }
  identities: {
    id: string
    userId: string
    provider: string
    issuer: string
    subject: string
    email: string | null
    createdAt: Temporal.Instant
    lastUsedAt: Temporal.Instant | null
  }
  identityFlows: {
    stateHash: string
    browserHash: string
    provider: string
    purpose: string
    userId: string | null
    next: string | null
    createdAt: Temporal.Instant
    expiresAt: Temporal.Instant
    usedAt: Temporal.Instant | null
  }
  images: {
    id: string
    slug: string
    family: string
    name: string
    loginUser: string
    templateVmId: number
    position: number
    active: boolean
  }
  impersonations: {
    id: string
    staffId: string
    sessionId: string
    customerId: string
    reason: string
    createdAt: Temporal.Instant
    expiresAt: Temporal.Instant
    endedAt: Temporal.Instant | null
  }
  invitations: {
    id: string
    customerId: string
    email: string
    state: InvitationState
    role: MemberRole | null
    serviceId: string | null
    actions: string[] | null
    lentDays: number | null
    invitedBy: string
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    expiresAt: Temporal.Instant
    acceptedBy: string | null
  }
  invoiceLines: {
    id: string
    invoiceId: string
    position: number
    kind: InvoiceLineKind
    description: string
    quantity: number
    unitMinor: bigint
    amountMinor: bigint
    taxBasisPoints: number
    taxMinor: bigint
    subscriptionId: string | null
    periodStart: Temporal.PlainDate | null
    periodEnd: Temporal.PlainDate | null
    discountMinor: bigint
    cause: string
    reasons: unknown | null
    released: boolean
    pricedMinor: bigint | null
  }
  invoiceSeries: {
    series: string
    legalEntityId: string
    nextSequence: number
    lastIssuedAt: Temporal.Instant | null
    firstSequence: GeneratedAlways<number>
  }
  invoiceTaxes: {
    invoiceId: string
    position: number
    name: string
    category: TaxCategory
    rateBasisPoints: number
    compound: boolean
    baseMinor: bigint
    taxMinor: bigint
    note: string | null
    finerMillionths: number | null
  }
  invoices: {
    id: string
    customerId: string
    legalEntityId: string
    state: InvoiceState
    series: string | null
    sequence: number | null
    number: string | null
    issuedAt: Temporal.Instant | null
    contentHash: string | null
    currency: string
    subtotalMinor: bigint
    taxMinor: bigint
    totalMinor: bigint
    paidMinor: bigint
    seller: unknown
    buyer: unknown
    locale: Locale
    dueAt: Temporal.Instant
    paidAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    purpose: InvoicePurpose
    dueOn: Temporal.PlainDate
    nextDunningOn: Temporal.PlainDate | null
    suspendHoldUntil: Temporal.PlainDate | null
    creditedMinor: bigint
    transferChosenAt: Temporal.Instant | null
    note: string | null
    idempotencyKey: string | null
  }
  ledgerEntries: {
    transactionId: string
    account: string
    currency: string
    amountMinor: bigint
  }
  ledgerTransactions: {
    id: string
    kind: string
    reference: string
    customerId: string
    createdAt: Temporal.Instant
  }
  legalEntities: {
    id: string
    name: string
    address: string
    country: string
    vatId: string | null
    email: string
    timeZone: string
    seriesPrefix: string
    pricesIncludeTax: boolean
    renewalLeadDays: number
    latePeriodFromPayment: boolean
    couponsPerOrder: number
    bankHolder: string | null
    bankIban: string | null
    bankBic: string | null
    disputeSuspends: boolean
    downgradeAtPeriodEnd: boolean
    trialNeedsMethod: boolean
    priceNoticeDays: number
    bankTransferDays: number
    invoiceFormat: string
    creditNoteFormat: string
    numberedAtIssueSince: Temporal.Instant | null
    invoiceFooter: unknown
    finalBackupDays: number
  }
  members: {
    customerId: string
    userId: string
    role: MemberRole
    createdAt: Temporal.Instant
  }
  nodes: {
    name: string
    regionId: string
    active: boolean
  }
  notifications: {
    id: string
    eventId: string
    template: string
    recipient: string
    locale: Locale
    customerId: string | null
    subjectId: string
    state: NotificationState
    acceptedAs: string | null
    error: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    sentAt: Temporal.Instant | null
  }
  offerVersion: {
    onlyRow: boolean
    version: bigint
  }
  optionChoices: {
    id: string
    optionId: string
    code: string
    name: unknown
    position: number
    active: boolean
  }
  optionPrices: {
    optionId: string
    currency: string
    intervalUnit: IntervalUnit
    intervalCount: number
    amountMinor: bigint
    setupMinor: bigint
    active: boolean
  }
  orderItems: {
    id: string
    orderId: string
    position: number
    planId: string
    configuration: unknown
    description: string
    amountMinor: bigint
    subscriptionId: string | null
    agreed: unknown | null
    trialDays: number | null
  }
  orders: {
    id: string
    customerId: string
    invoiceId: string
    state: OrderState
    currency: string
    totalMinor: bigint
    idempotencyKey: string
    expiresAt: Temporal.Instant
    cancelReason: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  passkeyChallenges: {
    challengeHash: string
    purpose: PasskeyPurpose
    userId: string | null
    signInId: string | null
    createdAt: Temporal.Instant
    expiresAt: Temporal.Instant
  }
  passkeyFactors: {
    userId: string
    createdAt: Temporal.Instant
  }
  passkeys: {
    id: string
    userId: string
    credentialId: string
    publicKey: string
    counter: bigint
    transports: string[]
    backedUp: boolean
    aaguid: string
    name: string
    createdAt: Temporal.Instant
    lastUsedAt: Temporal.Instant | null
  }
  paymentAllocations: {
    paymentId: string
    invoiceId: string
    amountMinor: bigint
    appliedMinor: bigint
    pending: boolean
  }
  paymentMethods: {
    id: string
    customerId: string
    gateway: string
    gatewayMethodId: string
    brand: string
    lastFour: string
    expiryMonth: number | null
    expiryYear: number | null
    createdAt: Temporal.Instant
    kind: string
    isDefault: boolean
    forgottenAt: Temporal.Instant | null
  }
  payments: {
    id: string
    invoiceId: string | null
    customerId: string
    state: PaymentState
    gateway: string
    amountMinor: bigint
    currency: string
    sessionId: string | null
    sessionUrl: string | null
    expiresAt: Temporal.Instant
    gatewayPaymentId: string | null
    failureCode: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    channel: PaymentChannel
    paymentMethodId: string | null
    advice: string | null
    refundedMinor: bigint
    settledAt: Temporal.Instant | null
    reference: string | null
    receivedOn: Temporal.PlainDate | null
    processingSince: Temporal.Instant | null
    idempotencyKey: string | null
  }
  planFeatures: {
    planId: string
    position: number
    text: unknown
  }
  planOptions: {
    id: string
    productId: string
    code: string
    kind: OptionKind
    name: unknown
    summary: unknown
    maxQuantity: number
    position: number
    minQuantity: number
    step: number
    active: boolean
  }
  planStock: {
    id: string
    planId: string
    regionId: string | null
    quantity: number
    taken: GeneratedAlways<number>
  }
  plans: {
    id: string
    productId: string
    slug: string
    state: ProductState
    name: unknown
    summary: unknown
    popular: boolean
    cores: number
    memoryMb: number
    diskGb: number
    trafficTb: number
    position: number
    maxPerCustomer: number | null
    successorId: string | null
  }
  prices: {
    id: string
    planId: string
    currency: string
    intervalUnit: IntervalUnit
    intervalCount: number
    amountMinor: bigint
    active: boolean
    setupMinor: bigint
    trialDays: number | null
  }
  procedureLog: {
    procedureId: string
    line: number
    step: string | null
    message: string
    createdAt: Temporal.Instant
  }
  procedureSteps: {
    procedureId: string
    position: number
    name: string
    state: ProcedureStepState
    attempts: number
    note: string | null
    error: string | null
    startedAt: Temporal.Instant
    finishedAt: Temporal.Instant | null
    waitsFor: unknown | null
  }
  procedures: {
    id: string
    name: string
    subjectId: string
    customerId: string | null
    state: ProcedureState
    input: unknown
    memory: unknown
    error: string | null
    errorCode: string | null
    leaseOwner: string | null
    leaseUntil: Temporal.Instant | null
    wakeAt: Temporal.Instant
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    finishedAt: Temporal.Instant | null
  }
  products: {
    id: string
    slug: string
    kind: ProductKind
    state: ProductState
    name: unknown
    summary: unknown
    position: number
    regionIds: string[]
    imageIds: string[]
    disputePolicy: DisputePolicy
  }
  proofFindings: {
    id: string
    state: ProofFindingState
    kind: string
    invariant: string
    subjectId: string
    message: string
    facts: unknown
    lastRunId: string
    repairedBy: string | null
    repairNote: string | null
    seenAt: Temporal.Instant
    resolvedAt: Temporal.Instant | null
    outcome: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  proofRunFindings: {
    runId: string
    findingId: string
  }
  proofRuns: {
    id: string
    state: ProofRunState
    night: Temporal.PlainDate | null
    requestedBy: string | null
    checks: number
    checksDone: number
    tries: number
    compared: boolean
    findings: number
    newFindings: number
    currencies: unknown
    finishedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  rateLimits: {
    key: string
    count: number
    resetsAt: Temporal.Instant
  }
  recoveryCodes: {
    userId: string
    codeHash: string
    createdAt: Temporal.Instant
    usedAt: Temporal.Instant | null
  }
  refreshTokens: {
    id: string
    sessionId: string
    tokenHash: string
    createdAt: Temporal.Instant
    usedAt: Temporal.Instant | null
  }
  refundDocuments: {
    refundId: string
    invoiceId: string
    amountMinor: bigint
    creditNoteId: string | null
  }
  refunds: {
    id: string
    paymentId: string
    customerId: string
    creditNoteId: string | null
    state: RefundState
    amountMinor: bigint
    currency: string
    reason: string
    gatewayRefundId: string | null
    imported: boolean
    failureCode: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    destination: RefundDestination
    service: RefundService
    reference: string | null
    requestKey: string | null
    sentAt: Temporal.Instant | null
    creditMinor: bigint
    goodwillMinor: bigint
  }
  regions: {
    id: string
    slug: string
    name: unknown
    country: string
    position: number
    active: boolean
  }
  renewalLeads: {
    legalEntityId: string
    intervalUnit: IntervalUnit
    intervalCount: number
    days: number
  }
  repricingExclusions: {
    repricingId: string
    customerId: string
    createdAt: Temporal.Instant
  }
  repricingItems: {
    id: string
    repricingId: string
    customerId: string
    subscriptionId: string
    oldMinor: bigint
    newMinor: bigint
    firstOn: Temporal.PlainDate
    toldAt: Temporal.Instant | null
    earliestOn: Temporal.PlainDate | null
    billedFrom: Temporal.PlainDate | null
    appliedAt: Temporal.Instant | null
    droppedAt: Temporal.Instant | null
    sparedAt: Temporal.Instant | null
    optionCode: string | null
    choice: string | null
    quantity: GeneratedAlways<number>
  }
  repricings: {
    id: string
    legalEntityId: string
    state: RepricingState
    planId: string
    currency: string
    intervalUnit: IntervalUnit
    intervalCount: number
    amountMinor: bigint
    effectiveOn: Temporal.PlainDate
    noticeDays: number | null
    announcedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    optionCode: string | null
    choice: string | null
  }
  serviceGrants: {
    id: string
    customerId: string
    serviceId: string
    userId: string
    actions: string[]
    grantedBy: string
    createdAt: Temporal.Instant
    expiresAt: Temporal.Instant | null
    revokedAt: Temporal.Instant | null
  }
  serviceSuspensions: {
    id: string
    serviceId: string
    reason: SuspensionReason
    note: string | null
    createdAt: Temporal.Instant
    liftedAt: Temporal.Instant | null
  }
  services: {
    id: string
    customerId: string
    subscriptionId: string
    planId: string
    regionId: string
    imageId: string
    state: ServiceState
    hostname: string
    sshKey: string | null
    cores: number
    memoryMb: number
    diskGb: number
    addressCount: number
    node: string | null
    vmId: number | null
    power: MachinePower | null
    powerSeenAt: Temporal.Instant | null
    failure: string | null
    activatedAt: Temporal.Instant | null
    terminatedAt: Temporal.Instant | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    changeFailedAt: Temporal.Instant | null
  }
  sessions: {
    id: string
    tokenHash: string
    userId: string
    userAgent: string | null
    address: string | null
    createdAt: Temporal.Instant
    lastSeenAt: Temporal.Instant
    expiresAt: Temporal.Instant
    revokedAt: Temporal.Instant | null
    method: SignInMethod
    confirmedAt: Temporal.Instant
    customerId: string | null
  }
  settings: {
    key: string
    value: unknown
    updatedAt: Temporal.Instant
    updatedBy: string | null
  }
  signIns: {
    id: string
    tokenHash: string
    userId: string
    passwordHash: string | null
    state: SignInState
    failures: number
    userAgent: string | null
    address: string | null
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    expiresAt: Temporal.Instant
    method: SignInMethod
  }
  signingKeys: {
    id: string
    publicJwk: unknown
    sealedPrivate: string
    createdAt: Temporal.Instant
    signsFrom: Temporal.Instant
    retiredAt: Temporal.Instant | null
  }
  staffRoles: {
    id: string
    name: string
    permissions: string[]
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
  }
  stockHoldings: {
    orderItemId: string
    customerId: string
    planId: string
    regionId: string
    heldAt: Temporal.Instant
    releasedAt: Temporal.Instant | null
    changeId: string | null
  }
  subscriptionDiscounts: {
    id: string
    subscriptionId: string
    couponId: string
    position: number
    percentBasisPoints: number | null
    amountMinor: bigint | null
    cyclesLeft: number | null
    createdAt: Temporal.Instant
  }
  subscriptionItems: {
    id: string
    subscriptionId: string
    position: number
    kind: InvoiceLineKind
    code: string | null
    description: string
    quantity: number
    unitMinor: bigint
    amountMinor: bigint
    choice: string | null
  }
  subscriptions: {
    id: string
    customerId: string
    planId: string
    state: SubscriptionState
    description: string
    currency: string
    amountMinor: bigint
    intervalUnit: IntervalUnit
    intervalCount: number
    anchor: Temporal.PlainDate
    periods: number
    currentPeriodStart: Temporal.PlainDate
    currentPeriodEnd: Temporal.PlainDate
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    legalEntityId: string
    billedUntil: Temporal.PlainDate
    nextBillingOn: Temporal.PlainDate | null
    cancelOn: Temporal.PlainDate | null
    cancelReason: string | null
    cancelNote: string | null
    trialEndsOn: Temporal.PlainDate | null
    trialAnnouncedAt: Temporal.Instant | null
    billedBy: SubscriptionBiller
    gatewaySubscriptionId: string | null
    periodsElsewhere: number
  }
  taxProfiles: {
    customerId: string
    vatNumber: string | null
    outcome: VatOutcome | null
    checkedAt: Temporal.Instant | null
    confirmedAt: Temporal.Instant | null
    askedSince: Temporal.Instant | null
    attempts: number
    checkDueAt: Temporal.Instant | null
    overrideBasisPoints: number | null
    overrideReason: string | null
    updatedAt: Temporal.Instant
  }
  taxRules: {
    id: string
    legalEntityId: string
    country: string | null
    name: string
    rateBasisPoints: number
    validFrom: Temporal.PlainDate
    validTo: Temporal.PlainDate | null
    region: string | null
    level: number
    compound: boolean
    category: TaxCategory
    finerMillionths: number | null
  }
  totpFactors: {
    userId: string
    sealedSecret: string
    lastStep: bigint | null
    createdAt: Temporal.Instant
    confirmedAt: Temporal.Instant | null
  }
  trials: {
    customerId: string
    productId: string
    orderId: string
    startedAt: Temporal.Instant
  }
  userTokens: {
    id: string
    kind: UserTokenKind
    userId: string
    email: string
    createdAt: Temporal.Instant
    expiresAt: Temporal.Instant
    usedAt: Temporal.Instant | null
    fromEmail: string | null
  }
  users: {
    id: string
    email: string
    name: string
    passwordHash: string | null
    emailVerifiedAt: Temporal.Instant | null
    staffRole: string | null
    locale: Locale
    createdAt: Temporal.Instant
    updatedAt: Temporal.Instant
    staffEndedAt: Temporal.Instant | null
  }
  vatChecks: {
    id: string
    customerId: string
    number: string
    outcome: VatOutcome
    requestIdentifier: string | null
    requestDate: Temporal.Instant | null
    name: string | null
    address: string | null
    errorCode: string | null
    checkedAt: Temporal.Instant
  }
  vmIds: {
    vmId: number
    serviceId: string | null
    allocatedAt: Temporal.Instant
    releasedAt: Temporal.Instant | null
  }
}
