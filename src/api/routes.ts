import {
  confirmEmail,
  getMe,
  mailPasswordReset,
  mailVerification,
  registerUser,
  replaceBillingDetails,
  replacePassword,
  setPassword,
  updateMe,
} from './accounts.ts'
import { createAdoption, createMove, readGatewaySubscriptions } from './adoptions.ts'
import { endApiToken, makeApiToken, readApiTokens } from './api-tokens.ts'
import { createCreditUse, createSharedPayment, createTopUp, readCredit, readCreditHistory } from './credit.ts'
import { readCreditNote, readCreditNotePdf, readCreditNoteXml } from './credit-notes.ts'
import { listImages, listProducts, listRegions, readProduct } from './catalog.ts'
import { createEmailChange, finishEmailChange } from './email-changes.ts'
import { explainInvoice } from './explanations.ts'
import { followEvents } from './events.ts'
import { deleteIdentity, readIdentities } from './identities.ts'
import { createPayment, readInvoice, readInvoicePdf, readInvoices, readInvoiceXml, writeInvoice } from './invoices.ts'
import { createCancellation, createOrder, getOrder, readOrders } from './orders.ts'
import { createPasskeyRemoval, readPasskeys } from './passkeys.ts'
import { createMethodPage, readPaymentMethods } from './payment-methods.ts'
import { createTransfer, readPayment } from './payments.ts'
import { createQuote } from './quotes.ts'
import type { Route } from './route.ts'
import { createAction, readActions, readService, readServices } from './services.ts'
import { createConfirmation, createSession, deleteCurrentSession, deleteSession, readSessions } from './sessions.ts'
import { getStatement } from './statements.ts'
import { createTokenPair, endTokenPair, renewTokenPair } from './tokens.ts'
import {
  createAcceptance,
  createChange,
  createSubscriptionCancellation,
  createWithdrawal,
  deleteSubscriptionCancellation,
  readChange,
  readSubscription,
  readSubscriptions,
} from './subscriptions.ts'
import {
  readMembers,
  updateMember,
  deleteMember,
  setSecondFactorDemand,
  readInvitations,
  createInvitation,
  deleteInvitation,
  createGrant,
  readGrants,
  readGrant,
  deleteGrant,
} from './team.ts'

/** Every operation of the API, in the order of the story. */
export const routes: readonly Route[] = [
  registerUser,
  confirmEmail,
  mailVerification,
  mailPasswordReset,
  setPassword,
  createSession,
  readSessions,
  deleteCurrentSession,
  deleteSession,
  createConfirmation,
  createTokenPair,
  renewTokenPair,
  endTokenPair,
  getMe,
  updateMe,
  replacePassword,
  createEmailChange,
  finishEmailChange,
  replaceBillingDetails,
  readApiTokens,
  makeApiToken,
  endApiToken,
  readIdentities,
  deleteIdentity,
  readPasskeys,
  createPasskeyRemoval,
  listProducts,
  readProduct,
  listRegions,
  listImages,
  createQuote,
  createOrder,
  readOrders,
  getOrder,
  createCancellation,
  readInvoices,
  writeInvoice,
  readInvoice,
  readInvoicePdf,
  readInvoiceXml,
  explainInvoice,
  createPayment,
  createSharedPayment,
  createTransfer,
  createCreditUse,
  readPaymentMethods,
  createMethodPage,
  readPayment,
  readCredit,
  readCreditHistory,
  createTopUp,
  getStatement,
  readCreditNote,
  readCreditNotePdf,
  readCreditNoteXml,
  readServices,
  readService,
  createAction,
  readActions,
  readSubscriptions,
  readSubscription,
  createChange,
  readChange,
  createAcceptance,
  createWithdrawal,
  createSubscriptionCancellation,
  deleteSubscriptionCancellation,
  readGatewaySubscriptions,
  createAdoption,
  createMove,
  readMembers,
  updateMember,
  deleteMember,
  setSecondFactorDemand,
  readInvitations,
  createInvitation,
  deleteInvitation,
  createGrant,
  readGrants,
  readGrant,
  deleteGrant,
  followEvents,
]
