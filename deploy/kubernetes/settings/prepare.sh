#!/bin/sh
# Makes a pod's certificate and its settings, in /run/taut; the authority's key stays in
# a folder that only this container has.
set -eu

rm -rf /scratch/*
cp /authority/ca.pem /authority/ca.key /scratch/
taut cert node --folder /scratch --node "$POD_NAME" --hosts "$POD_NAME.$SERVICE,$POD_IP,localhost"
cp /scratch/ca.pem /run/taut/ca.pem
cp "/scratch/$POD_NAME.pem" /run/taut/node.pem
cp "/scratch/$POD_NAME.key" /run/taut/node.key
rm -rf /scratch/*
sed "s/POD_IP/$POD_IP/g" "/settings/$ROLE.toml" >/run/taut/taut.toml
