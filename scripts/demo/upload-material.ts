import type { Material } from './material.ts';
import type { Runner } from './runner.ts';

/** Ids of the datasets that a material was uploaded as. */
export interface UploadedMaterial {
  texts: string;
  demonstrations: string;
  comparisons: string;
  heldOutDemonstrations: string;
  heldOutComparisons: string;
}

export async function uploadMaterial(runner: Runner, material: Material): Promise<UploadedMaterial> {
  console.log('\nUploading');
  const { heldOut } = material;
  const rowsOf = (items: { row: object }[]): object[] => items.map(({ row }) => row);
  return {
    texts: await runner.upload('text', 'texts', material.texts),
    demonstrations: await runner.upload('demonstrations', 'demonstrations', material.demonstrations),
    comparisons: await runner.upload('comparisons', 'comparisons', material.comparisons),
    heldOutDemonstrations: await runner.upload(
      'demonstrations',
      'held-out demonstrations',
      rowsOf(heldOut.demonstrations),
    ),
    heldOutComparisons: await runner.upload('comparisons', 'held-out comparisons', rowsOf(heldOut.comparisons)),
  };
}
