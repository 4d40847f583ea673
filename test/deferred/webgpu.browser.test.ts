import { deserialize, serialize, serializeAsync } from '@core/safetensors'
import { type Backend, BackendError, Parameter, reference, setBackend, tensor } from '@core/tensor'
import { assign, readNow } from '@core/tensor/extend'
import { gpu } from '@core/tensor/gpu'
import { DataLoader, tensorDataset } from '@nn/data'
import { beforeAll, expect, test } from 'vitest'

// The backend that the stand-in of this folder stands for.
let device: Backend
beforeAll(async () => {
  device = await gpu({ mode: 'webgpu' }).start()
  await setBackend(device)
}, 60_000)

const near = () =>
  tensor([
    [1, 2],
    [3, 4],
  ])
const far = () =>
  near().matmul(
    tensor([
      [1, 0],
      [0, 1],
    ]),
  )

test('values of the host can be read at once, computed ones must be awaited', async () => {
  expect(near().dataSync()).toEqual(Float32Array.of(1, 2, 3, 4))
  const x = far()
  expect(readNow(x)).toBe(null)
  expect(String(x)).toBe('Tensor [2, 2] float32 (on gpu; await data() for its values)')
  expect(() => x.to(reference())).toThrow(/use await tensor.toAsync\(backend\)/)
  expect((await x.toAsync(reference())).toArraySync()).toEqual([
    [1, 2],
    [3, 4],
  ])
  const p = new Parameter(
    tensor(
      [
        [0, 0],
        [0, 0],
      ],
      { backend: reference() },
    ),
  )
  expect(() => assign(p, x)).toThrow(BackendError)
})

test('files and datasets wait', async () => {
  const x = far()
  expect(() => serialize({ x })).toThrow(/use await serializeAsync/)
  const found = deserialize(await serializeAsync({ x }), { backend: reference() })
  expect(found.x!.toArraySync()).toEqual([
    [1, 2],
    [3, 4],
  ])
  const rows: unknown[] = []
  for await (const [row] of new DataLoader(tensorDataset(x))) rows.push(row.toArraySync())
  expect(rows).toEqual([[[1, 2]], [[3, 4]]])
})
