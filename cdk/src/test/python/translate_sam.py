"""Prints a SAM template as CloudFormation would get it, as JSON.

    translate_sam.py TEMPLATE [LOCAL_PATH=s3://BUCKET/KEY ...]

A local path, as the template writes it, becomes what "sam package" makes of it; without an argument for it, a place that
does not exist.
"""

import json
import os
import sys

from cfnlint.decode import cfn_yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

URIS = ("CodeUri", "ContentUri")


def upload(template, places):
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        for name in URIS:
            path = properties.get(name)
            if path is not None:
                properties[name] = places.get(path, "s3://bucket/" + os.path.basename(path))


def main(file, *places):
    # The linter's reader knows the short forms of CloudFormation's functions, and gives subclasses of dict and str.
    template = json.loads(json.dumps(cfn_yaml.load(file)))
    upload(template, dict(place.split("=", 1) for place in places))
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    translator = Translator(managed_policy_map={}, sam_parser=Parser())
    json.dump(translator.translate(sam_template=template, parameter_values={}), sys.stdout, indent=1)


main(*sys.argv[1:])
