import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely, sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import type { Schema } from '#platform/schema.ts'
import type { TestApp } from './test-app.ts'

type Expected = { invariant: `I${number}`; alsoBroken?: string[]; subject?: string }

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
