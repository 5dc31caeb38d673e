import type { PatientClient } from './patient.ts'

/** How far a customer has come: it decides which story can begin. */
export type Standing = 'nobody' | 'starter' | 'grown' | 'suspended' | 'contested'

/** The customer who lives through the stories of a world, and what answers of 2xx have told about them. */
export type Life = {
  standing: Standing
  email: string
  client: PatientClient
  customerId: string
  subscriptionId: string
  serviceId: string
}
