import { type Section, table } from '../blocks.ts';
import type { ReportContext } from '../report-context.ts';

/** What the evaluation was asked to do: the same spec gives the same report. */
export function settingsSection({ report: { spec } }: ReportContext): Section {
  const rows = Object.entries(spec).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') || 'none' : String(value),
  ]);
  return { title: 'Settings', blocks: [{ ...table('The job’s spec', ['', 'value'], rows), isProse: true }] };
}
