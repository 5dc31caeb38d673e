/** Why a browser gave no passkey, by the words that tell it. */
export type PasskeyTrouble = 'cancelled' | 'unsupported' | 'known' | 'failed'

/** Whether this browser knows passkeys, and reads our questions by itself. */
export const knowsPasskeys = (): boolean =>
  'PublicKeyCredential' in globalThis && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Has the browser make a passkey after a question of ours, and gives its answer as JSON. */
export async function makePasskey(question: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    JSON.parse(question) as PublicKeyCredentialCreationOptionsJSON,
  )
  return answerOf(await navigator.credentials.create({ publicKey }))
}

/** Has the browser use a passkey; `offer` waits among what it fills in, until `signal` takes that back. */
export async function usePasskey(
  question: string,
  { offer = false, signal }: { offer?: boolean; signal?: AbortSignal } = {},
): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    JSON.parse(question) as PublicKeyCredentialRequestOptionsJSON,
  )
  return answerOf(
    await navigator.credentials.get({
      publicKey,
      ...(offer && { mediation: 'conditional' as const }),
      ...(signal && { signal }),
    }),
  )
}

function answerOf(credential: Credential | null): string {
  if (credential instanceof PublicKeyCredential) return JSON.stringify(credential.toJSON())
  throw new DOMException('The browser gave no passkey.', 'NotAllowedError')
}

/** What went wrong. A browser tells no more than that nothing came of it, so that no page learns who is there. */
export function troubleOf(error: unknown): PasskeyTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') return 'cancelled'
  if (name === 'InvalidStateError') return 'known'
  return name === 'NotSupportedError' ? 'unsupported' : 'failed'
}
