// node bench/launches.mjs: what a training step costs the GPU backend, whatever the device: launches, and bytes brought up and down. Counted in gpu.js'
// plain-JavaScript mode, since the launches of all modes are the same. Uses the built packages.
import { backendInfo, compile, setBackend } from '@core/tensor'
import { gpu } from '@core/tensor/gpu'
import { learning } from './models.mjs'

const STEPS = 3

console.log('| step | launches | bytes up | bytes down | kernels |')
console.log('| --- | ---: | ---: | ---: | ---: |')
for (const name of ['mlp', 'cnn', 'lstm-128'])
  for (const [mode, fast] of Object.entries({ eager: (step) => step, compiled: compile })) {
    await setBackend(gpu({ mode: 'cpu' }))
    const { step, batches } = learning(name, 2 * STEPS + 4, fast)
    const run = async (i) => await step(...batches[i]).item()
    for (let i = 0; i < STEPS + 2; i++) await run(i)
    const before = backendInfo().work
    for (let i = 0; i < STEPS; i++) await run(STEPS + 2 + i)
    const after = backendInfo().work
    const per = (key) => Math.round((after[key] - before[key]) / STEPS).toLocaleString('en')
    console.log(
      `| ${name}, ${mode} | ${per('launches')} | ${per('bytesUp')} | ${per('bytesDown')} | ${after.kernels} |`,
    )
  }
