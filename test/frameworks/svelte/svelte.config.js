// Without it svelte-check reads the nearest configuration of Vite.
export default {};
