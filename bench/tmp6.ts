import { Session } from 'node:inspector/promises'
import { writeFileSync } from 'node:fs'
import { benchHttp } from './http.ts'
import { benchWebhooks } from './webhooks.ts'
import { openBench } from './context.ts'
const b = await openBench()
const s = new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.start')
try { const f = process.argv[2] === 'http' ? benchHttp : benchWebhooks; const c = process.cpuUsage(); const r = await f(b, 4000); const u = process.cpuUsage(c); console.log(JSON.stringify(r), (u.user+u.system)/1e6) } finally { const { profile } = await s.post('Profiler.stop'); writeFileSync('/tmp/p.cpuprofile', JSON.stringify(profile)); await b.close() }
