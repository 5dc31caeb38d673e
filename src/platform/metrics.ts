import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** Counters and histograms of one process, in Prometheus' names and units. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'ez_job_duration_seconds',
      help: 'Time one try of a job took',
      labelNames: ['job', 'outcome'],
      buckets: [0.01, 0.1, 1, 10],
      registers,
    }),
    outboundSeconds: new Histogram({
      name: 'ez_outbound_duration_seconds',
      help: 'Time an outside service took to answer',
      labelNames: ['host', 'status'],
      buckets: [0.01, 0.1, 1, 10],
      registers,
    }),
    problems: new Counter({ name: 'ez_problems_total', help: 'Refusals by code', labelNames: ['code'], registers }),
    eventStreams: new Gauge({ name: 'ez_event_streams', help: 'Open streams of events', registers }),
  }
}
