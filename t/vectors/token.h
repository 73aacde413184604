/* written by gen_token.py */

static const char  *vector_secrets[] = {
    "0123456789abcdef0123456789abcdef",
    "fedcba9876543210fedcba9876543210",
    "a secret of more than one block of SHA-256, which is 64 bytes long",
};

static const char  *vector_ids[] = {
    "\x32\x7f\xbc\xaf\xc9\x16\xe1\x87\xd1\xdd\x45\x41\x4a\x61\x37\xea\xc8\xd7\x8a\xab\xce\x5c\x53\x1b\xbd\x67\xb1\xad\xa8\x9d\xc1\x4a",
    "\xcd\x3d\x4e\xb4\x85\xfd\x69\x5f\x47\xe5\x62\xaf\x6c\x69\x2c\x12\x15\x44\xee\xf2\x4d\x6a\xf7\x40\x09\x28\x14\x79\xe5\x60\x7c\xa1",
    "\xcb\x4a\xec\x88\x9a\xc8\x58\xd5\x28\x12\xa4\x4c\xc4\x7d\x1c\x10\x85\x67\xb0\x47\x10\xb5\x14\x11\x8d\xd2\xc8\x27\xdd\x19\x80\x7f",
};

static const vector_t  vectors[] = {
    { 0, "app", "session cookie",
      1700000000, 1700000000, 1700000000, 0,
      "ATntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSrHd5jYSdF0lQtfzx2i-hu07UKppH4W_yDgXmaaJwcHK" },
    { 0, "app", "session cookie",
      1700000000, 1700003600, 1700007200, 1,
      "ATntUlIAZVPxAABlU_8QAGVUDSDNPU60hf1pX0flYq9saSwSFUTu8k1q90AJKBR55WB8oYB69KlE22D4nuNXaFXbrdeYc4QR38v-NUDTsN8buqd5" },
    { 1, "app", "session cookie",
      1700000000, 1700000000, 1700000000, 0,
      "AZHNZUYAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSh7yQ63pK1osRKNMUyTROHCKSL5mwX6ftS_zMFMZb1u1" },
    { 2, "app", "session cookie",
      1700000000, 1700000000, 1700000000, 2,
      "AUz2yQMAZVPxAABlU_EAAGVT8QDLSuyImshY1SgSpEzEfRwQhWewRxC1FBGN0sgn3RmAf3IMLMlGUJuUgtZVtIGaHLNb7Mtq4qIzyy-qDpUn8OP7" },
    { 0, "apps", "ession cookie",
      1700000000, 1700000000, 1700000000, 0,
      "ATntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSkHAr8dFO-TxFi_MUSBZvDG_lmFC_1ip05Y53xshzoIP" },
    { 0, "", "",
      1700000000, 1700000000, 1700000000, 0,
      "ATntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSkpiC5lBd2WaVrhEhpTBrpJK1rPHxic0Bpot-qj92Pog" },
    { 0, "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp",
      1700000000, 1700000000, 1700000000, 0,
      "ATntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSoymp-VSr2rpF_FhNCx0mi0Iy39fcveqbkzhxuAFPZsR" },
    { 0, "app", "session cookie",
      0, 0, 0, 0,
      "ATntUlIAAAAAAAAAAAAAAAAAAAAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSs7gjytsHr2U1mjhz-AnP4Y587wLAsXa-duJgW_BO5qS" },
    { 0, "app", "session cookie",
      1099511627775, 1099511627775, 1099511627775, 0,
      "ATntUlL___________________8yf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSt0HOPtMlF3shc32bgPg-m1ocwWz_8Kfsnome5nFuQR1" },
};

static const char  vector_version_0[] =
    "ADntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSoR7q2KKOGgNHwoYT0nNbKHDiWPwnJHPRrc5aiOLQ6p4";

static const char  vector_version_2[] =
    "AjntUlIAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSjtkQ3Sn6Vv_4gxXMaQK2A6ZbwQSFXKLgeavDIZvAVXM";

static const char  vector_unknown_key[] =
    "AQAAAAAAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSmhH5ao1f4E2-oNy5RIjOcLHhMA66U-3BCCCz29LhBXD";

static const char  vector_wrong_key[] =
    "AZHNZUYAZVPxAABlU_EAAGVT8QAyf7yvyRbhh9HdRUFKYTfqyNeKq85cUxu9Z7GtqJ3BSnIG_5u5-R6i9OBkkNzzFurwJTnWRCMLYx4-WIjhyqoH";

static const char  *vector_same_key_id[] = {
    "00000000000000000000000000054382",
    "00000000000000000000000000061651",
};
