/** Who somebody is at a provider. */
export type OutsideIdentity = {
  /** Names the provider for good; with `subject` it names the person, and nothing else does. */
  issuer: string
  subject: string
  email: string | null
  /** Whether the provider itself vouches that the address is theirs. */
  emailVerified: boolean
  name: string | null
}

/** What travels with somebody to the provider and must come back with them. */
export type IdentityRound = { redirectUri: string; state: string; nonce: string; codeVerifier: string }

/**
 * Where somebody may sign in to us as whom they are there: our demands of OpenID Connect and OAuth 2. Both methods throw
 * `identity_unavailable` when it cannot be reached, so that other ways in go on.
 */
export type IdentityProvider = {
  /** In addresses and in the database. */
  name: string
  /** As people know it, such as on a button. */
  label: string
  /** Where to send the browser. */
  authorizationUrl(round: IdentityRound): Promise<string>
  /** Who came back by this address. Throws `identity_refused` for whatever is not the provider's answer to this round. */
  identify(callbackUrl: string, round: IdentityRound): Promise<OutsideIdentity>
}
