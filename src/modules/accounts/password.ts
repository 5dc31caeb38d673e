import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'
import { Problem } from '#platform/problem.ts'

// What OWASP asks of argon2id (the library's kind by default): 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Made with the same cost from a text nobody knows: checking against it takes as long as against a real one. */
const NOBODYS_HASH = '$argon2id$v=19$m=19456,t=2,p=1$BzBaz8K0vavf71axIV1LAA$wUfub90Hf7zuYjd++XZGqbuxFCSmZ1uNBmX9SsC7590'

export const PASSWORD_MIN = 10
export const PASSWORD_MAX = 200

/** A password somebody chooses. Spaces count, and any alphabet. */
export const NewPasswordField = z
  .string({ error: 'Please choose a password.' })
  .min(PASSWORD_MIN, { error: `Please use at least ${PASSWORD_MIN} characters.`, abort: true })
  .max(PASSWORD_MAX, { error: `Please use at most ${PASSWORD_MAX} characters.`, abort: true })
  .refine((text) => !isCommon(text), {
    error: 'This password is one of the first that are guessed. Please choose another, such as a few random words.',
  })

/** A password somebody has: anything may be tried. */
export const PasswordField = z
  .string({ error: 'Please enter your password.' })
  .min(1, { error: 'Please enter your password.', abort: true })
  .max(PASSWORD_MAX, { error: 'Email or password is not right.', abort: true })

// The most used passwords of ten characters or more, with digits and marks at either end taken off.
const COMMON = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd pa$$word mypassword thepassword passwordpassword iloveyou ilovemyself
  qwertyuiop qwertzuiop qwertyui qwertyuiopasdf qwertyqwerty asdfghjkl asdfghjklö asdfasdf zxcvbnm zxcvbnmasdf
  1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 qazwsxedc 1qaz2wsx3edc 1qazxsw2 zaq1xsw2 qwe123qwe123 abcdefghij abcdefgh abcabcabc
  letmein letmeinplease welcome willkommen administrator admin adminadmin rootroot changeme changemenow default
  superman spiderman batman princess sunshine football baseball basketball dragon monkey michelle liverpool
  manchester chocolate starwars pokemon computer internet michaeljordan master trustno hallohallo geheim
  testtest test testing temporary secret topsecret supersecret ficken schatz fussball deutschland`.split(/\s+/),
)

function isCommon(password: string): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  if (new Set(text).size < 5 || '01234567890123456789'.includes(text) || '98765432109876543210'.includes(text))
    return true
  return COMMON.has(text) || COMMON.has(text.replaceAll(/^[\d\W_]+|[\d\W_]+$/g, ''))
}

/**
 * Refuses with `password_too_simple` a password that its owner's email gives away, which only the whole form can tell.
 */
export function requireOwnPassword(password: string, email: string, path = 'password'): void {
  const text = password.toLowerCase()
  if (text !== email && text !== email.split('@')[0]) return
  const message = 'Please choose a password that is not your email address.'
  throw new Problem('invalid', 'password_too_simple', message, { issues: [{ path, message }] })
}

/** argon2id, 19 MiB, two passes. Throws `busy` when more people wait than can be served soon. */
export const hashPassword = (password: string): Promise<string> => takeTurn(() => hash(fold(password), COST))

/** Takes as long for `undefined`, the hash of somebody unknown, as for a wrong password. Throws `busy` as hashPassword. */
export const passwordMatches = (known: string | undefined, password: string): Promise<boolean> =>
  takeTurn(async () => (await verify(known ?? NOBODYS_HASH, fold(password))) && known !== undefined)

/** The same letters typed on another machine are the same password. */
const fold = (password: string): string => password.normalize('NFKC')

const AT_ONCE = 2
const WAITING = 200
let running = 0
const waiting: (() => void)[] = []

/** Hashing eats a core and memory, so this process does two at a time and the rest stand in line. */
async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= WAITING)
    throw new Problem('unavailable', 'busy', 'Many people are signing in right now. Please try again in a moment.', {
      retryAfterSeconds: 5,
    })
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go))
  else running += 1
  try {
    return await work()
  } finally {
    // The turn passes straight to the next in line; only when nobody waits is there one less.
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
