import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely, sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { isDifference, repairOf } from '#modules/billing/proof-kinds.ts'
import { type DifferenceWords, proofWords } from '#modules/billing/proof-words.ts'
import { LOCALES } from '#platform/i18n.ts'
import type { Schema } from '#platform/schema.ts'
import type { TestApp } from './test-app.ts'

type Expected = { invariant: `I${number}`; alsoBroken?: string[]; subject?: string }

/** What the proof of money looks at. */
const MONEY = /^I([1-9]|10|14|15|17|31|32|37|44|45)$/

/** What is found of money has a story in every language, and either a repair or words for whoever has to see to it. */
function assertTold(invariant: string, kind: string | undefined): void {
  assert.ok(kind !== undefined && isDifference(kind), `${invariant} tells no story`)
  for (const locale of LOCALES) {
    const words: DifferenceWords = proofWords[locale][kind]
    assert.ok(words.title && words.text && (words.person ?? repairOf(kind)), `${kind} has no words in ${locale}`)
  }
}

/** Names a breach and makes a test of it; `seeded` are the promises that have one. */
export function breaches(app: TestApp) {
  const seeded = new Set<string>()
  /** Breaks something, gives which promises are reported broken and on what, and puts everything back as it was. */
  async function reported(
    ...statements: ReturnType<typeof sql>[]
  ): Promise<{ invariants: string[]; subjects: string[] }> {
    const broken = await app.db.startTransaction().execute()
    try {
      for (const statement of statements) await statement.execute(broken)
      const db: Kysely<Schema> = broken
      const found = await runChecks({ ...app, db, database: { ...app.database, db } })
      for (const { invariant, kind } of found) if (MONEY.test(invariant)) assertTold(invariant, kind)
      const subjects = found.map((each) => each.subjectId ?? '')
      return { invariants: [...new Set(found.map((each) => each.invariant))].toSorted(), subjects: subjects.toSorted() }
    } finally {
      await broken.rollback().execute()
    }
  }

  /** `alsoBroken` are promises that the same breach breaks, because one fact is watched from two sides. */
  function breach(name: string, expected: Expected, ...statements: ReturnType<typeof sql>[]): void {
    const { invariant, alsoBroken = [], subject } = expected
    seeded.add(invariant)
    test(`${invariant}: ${name} is reported`, async () => {
      const { invariants, subjects } = await reported(...statements)
      assert.deepEqual(invariants, [invariant, ...alsoBroken].toSorted())
      if (subject) assert.ok(subjects.includes(subject), `${subjects.join()} names ${subject}`)
    })
  }
  return { breach, reported, seeded }
}
