/*
 * A PKCS#11 module that forwards everything to the one in SHIM_MODULE. Files in the folder SHIM_DIR steer it:
 *   hang   while it exists, calls that do cryptography, and C_Initialize, do not return
 *   crash  the next such call ends the process
 *   break  while it exists, decrypting, signing and asking for the token fail with CKR_GENERAL_ERROR
 *   final-try  while it exists, the token says that one more wrong PIN locks it
 *   calls  gets one line for each C_Login
 *   hanging  is there once a call hangs
 */
#include <dlfcn.h>
#include <pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST shim;

static int flagged(const char *name)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", getenv("SHIM_DIR"), name);
  return access(path, F_OK) == 0;
}

static void obey(void)
{
  if (flagged("crash"))
    abort();
  while (flagged("hang")) {
    char path[4096];
    snprintf(path, sizeof path, "%s/hanging", getenv("SHIM_DIR"));
    FILE *hanging = fopen(path, "w");
    if (hanging)
      fclose(hanging);
    usleep(10000);
  }
}

static CK_RV shim_Initialize(CK_VOID_PTR args)
{
  obey();
  return real->C_Initialize(args);
}

static CK_RV shim_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/calls", getenv("SHIM_DIR"));
  FILE *calls = fopen(path, "a");
  fputs("C_Login\n", calls);
  fclose(calls);
  return real->C_Login(session, user, pin, length);
}

static CK_RV shim_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
  CK_RV rv = flagged("break") ? CKR_GENERAL_ERROR : real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && flagged("final-try"))
    info->flags |= CKF_USER_PIN_FINAL_TRY;
  return rv;
}

static CK_RV shim_EncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
  obey();
  return real->C_EncryptInit(session, mechanism, key);
}

static CK_RV shim_DecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
  obey();
  return real->C_DecryptInit(session, mechanism, key);
}

static CK_RV shim_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key)
{
  obey();
  return flagged("break") ? CKR_GENERAL_ERROR : real->C_SignInit(session, mechanism, key);
}

static CK_RV shim_Decrypt(CK_SESSION_HANDLE session, CK_BYTE_PTR in, CK_ULONG inLength, CK_BYTE_PTR out, CK_ULONG_PTR outLength)
{
  return flagged("break") ? CKR_GENERAL_ERROR : real->C_Decrypt(session, in, inLength, out, outLength);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
  void *module = dlopen(getenv("SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
  if (!module)
    return CKR_GENERAL_ERROR;
  CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  CK_RV rv = get(&real);
  if (rv != CKR_OK)
    return rv;
  shim = *real;
  shim.C_Initialize = shim_Initialize;
  shim.C_Login = shim_Login;
  shim.C_GetTokenInfo = shim_GetTokenInfo;
  shim.C_EncryptInit = shim_EncryptInit;
  shim.C_DecryptInit = shim_DecryptInit;
  shim.C_SignInit = shim_SignInit;
  shim.C_Decrypt = shim_Decrypt;
  *list = &shim;
  return CKR_OK;
}
