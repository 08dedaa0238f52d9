"""Guardrails of AWS's own, made from the allowlist, and the proof of what each would do.

`listed` is whom the list vets today; `perimeter` what of it an RCP names, `rcp` the document,
`targets` where it goes when one does not suffice; `proof` puts it behind a snapshot's trust
policies. `criteria` and `image_proof` are the same of images, `public` of what everybody may see.
`forms` write a document as Terraform or CloudFormation has it; `compare` holds what is attached
(`live`, `live_images`) against the list.
"""
