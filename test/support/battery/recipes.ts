import type { Recipe, Recipes } from './recipe.ts'
import { accessRecipes } from './recipes-access.ts'
import { billingRecipes } from './recipes-billing.ts'
import { enrollmentRecipes } from './recipes-enrollment.ts'
import { intentRecipes } from './recipes-intents.ts'
import { keysRecipes } from './recipes-keys.ts'
import { peopleRecipes } from './recipes-people.ts'
import { secretsRecipes } from './recipes-secrets.ts'
import { sharingRecipes } from './recipes-shares.ts'

export const RECIPES: Recipes = {
  ...accessRecipes,
  ...billingRecipes,
  ...enrollmentRecipes,
  ...intentRecipes,
  ...keysRecipes,
  ...peopleRecipes,
  ...secretsRecipes,
  ...sharingRecipes,
}

export function recipeOf(id: string): Recipe {
  const recipe = RECIPES[id]
  if (recipe) return recipe
  throw new Error(
    `The battery has no recipe for ${id}. Every operation is tried without a token, without permission, with ids of others and with bad bodies; ` +
      'for that it must once succeed. Say how in test/support/battery/recipes-*.ts.',
  )
}
