import { runConformance } from './run.ts'

process.exitCode = await runConformance(
  process.argv.slice(2),
  (line) => console.log(line),
  (line) => console.error(line), // apart from the report, which may go elsewhere
)
